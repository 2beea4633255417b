#!/bin/bash
# One task of a job array hashes one part. It says which processes belong to it, so that they can be killed.
#SBATCH --requeue --open-mode=append --cpus-per-task=1
# Arguments: the folder of the test, the folder for the answers, the model, and flags of hash.
folder=$1 out=$2 model=$3
shift 3
task="$folder/pids/$(basename "$out").${SLURM_ARRAY_TASK_ID}.${SLURM_RESTART_COUNT:-0}"
if [ -e "$folder/hold.$(basename "$out").${SLURM_ARRAY_TASK_ID}.${SLURM_RESTART_COUNT:-0}" ]; then
  # Stopped before it begins, until the test lets it go on.
  ( kill -STOP "$BASHPID"; exec "$NODE" "$COMMAND" hash "$folder/plan.json" --model "$model" --out "$out" "$@" ) &
else
  "$NODE" "$COMMAND" hash "$folder/plan.json" --model "$model" --out "$out" "$@" &
fi
worker=$!
printf '%s %s %s %s\n' "$SLURMD_NODENAME" "$PPID" "$$" "$worker" > "$task.tmp" && mv "$task.tmp" "$task"
wait "$worker" && exit 0
[ "${SLURM_RESTART_COUNT:-0}" -lt 3 ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
exit 1
