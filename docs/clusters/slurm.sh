#!/bin/bash
# Hashes a model in parts under Slurm, and signs it when all parts are hashed. Adapt the four lines below.
#   bash slurm.sh            once more if a part failed: what is hashed is not hashed again
set -euo pipefail
model=/shared/models/my-model   # the same directory on every node
work=/shared/signing/my-model   # only those whose word is signed may write here; remove it after a change of the model
key=$HOME/key.pem               # needed by the last job alone
parts=64

mkdir -p "$work/digests"
[ -e "$work/hmac.key" ] || (umask 077 && openssl rand -out "$work/hmac.key" 32)
[ -e "$work/plan.json" ] || model-signing plan "$model" --shard-size 64MiB --parts "$parts" --output "$work/plan.json"

# A task that could not run is started again, up to three times, and one that was refused (exit codes 1 and 2) is not. One whose node
# fails is started again by Slurm.
hashing=$(sbatch --parsable --cpus-per-task=4 --requeue --open-mode=append --array="0-$((parts - 1))" \
  --output="$work/part-%a.log" --export=ALL,work="$work",model="$model" <<'TASK'
#!/bin/bash
model-signing hash "$work/plan.json" --model "$model" --out "$work/digests" --hmac-key-file "$work/hmac.key"
code=$?
[ "$code" -gt 2 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
exit "$code"
TASK
)

# Without --kill-on-invalid-dep, this job would wait without end for a part that failed.
sbatch --parsable --dependency="afterok:$hashing" --kill-on-invalid-dep=yes --output="$work/sign.log" \
  --export=ALL,work="$work",model="$model",key="$key" <<'TASK'
#!/bin/bash
model-signing sign key "$model" --private-key "$key" --signature "$work/model.sig" \
  --plan "$work/plan.json" --digests "$work/digests" --hmac-key-file "$work/hmac.key"
TASK
