/** The scripts that make a shell complete the command. No script evaluates a word of the line, or text that the command prints. */
export const completionScripts: Readonly<Record<string, (name: string) => string>> = { bash, zsh, fish };

/** What a function of a shell can be called. */
function functionName(name: string): string {
  return `_${name.replaceAll('-', '_')}`;
}

/**
 * Bash splits words at `=`, `:` and operators. What a colon split is joined again, a value after `=` stays a word of its own, and
 * redirections are no arguments.
 */
function bash(name: string): string {
  const own = functionName(name);
  return String.raw`# bash completion for ${name}
${own}_complete() {
    local current=\${COMP_WORDS[COMP_CWORD]} rest=\${COMP_LINE-} trimmed= word gap line value i last skip=0
    local -a words=()
    COMPREPLY=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        gap=\${rest%%"$word"*}
        rest=\${rest#*"$word"}
        ((i > 0)) || continue
        last=$((\${#words[@]} - 1))
        if [[ $word == *[\<\>]* && $word != *[!\<\>\&\|]* ]]; then
            # The number before it, such as 2>, is part of the redirection.
            if [[ -z $gap && $last -ge 0 && \${words[last]} != *[!0-9]* ]]; then unset "words[$last]"; fi
            skip=1
        elif ((skip)); then
            skip=0
            ((i < COMP_CWORD)) || return 0
        elif [[ $word == = && -z $gap ]]; then
            if ((i == COMP_CWORD)); then words+=("") current=; fi
        elif [[ -z $gap && -n $word && $last -ge 0 && ( $word == :* || \${words[last]} == *: ) ]]; then
            ((i < COMP_CWORD)) || trimmed=\${words[last]}
            words[last]+=$word
        else
            words+=("$word")
        fi
    done
    if ((skip)); then return 0; fi
    while IFS= read -r line; do
        value=\${line%%$'\t'*}
        if [[ $line == :* ]]; then
            if [[ $line == :4 ]]; then compopt +o default 2>/dev/null; fi
        elif [[ -n $value && $value == "$trimmed$current"* ]]; then
            COMPREPLY+=("\${value#"$trimmed"}")
        fi
    done < <(command ${name} complete -- "\${words[@]}" 2>/dev/null)
    return 0
}
complete -o default -F ${own}_complete ${name}
`.replaceAll('\\${', () => '${');
}

function zsh(name: string): string {
  const own = functionName(name);
  return String.raw`#compdef ${name}
# zsh completion for ${name}
${own}() {
    local line value
    local -a given candidates
    given=("\${(@)words[2,CURRENT]}")
    if [[ \${given[-1]} == --*=* ]]; then
        value=\${given[-1]}
        given[-1]=\${value%%=*}
        given+=("\${value#*=}")
        compset -P 1 '*='
    fi
    local files=1
    for line in "\${(@f)$(command ${name} complete -- "\${(@)given}" 2>/dev/null)}"; do
        if [[ $line == :* ]]; then
            [[ $line == :4 ]] && files=0
        elif [[ -n $line ]]; then
            value=\${line%%$'\t'*}
            line=\${line#*$'\t'}
            candidates+=("\${value//:/\\:}\${line:+:$line}")
        fi
    done
    if (( \${#candidates} )); then
        _describe '${name}' candidates
    elif (( files )); then
        _files
    fi
}
# Sourced, the function is registered; loaded by name, it is run.
if [[ "\${funcstack[1]}" == ${own} || "\${funcstack[1]}" == _${name} ]]; then
    ${own} "$@"
else
    compdef ${own} ${name}
fi
`.replaceAll('\\${', () => '${');
}

function fish(name: string): string {
  const own = functionName(name);
  return `# fish completion for ${name}
function ${own}_ask
    set -l given (commandline -opc)
    set -l current (commandline -ct)
    set -l prefix
    if string match -q -- '--*=*' "$current"
        set -l parts (string split -m 1 = -- "$current")
        set prefix "$parts[1]="
        set given $given $parts[1]
        set current $parts[2]
    end
    set -g ${own}_candidates
    set -l files 1
    for line in (command ${name} complete -- $given[2..-1] "$current" 2>/dev/null)
        if string match -q -- ':*' $line
            test $line = :4; and set files 0
        else if test -n "$line"
            set -a ${own}_candidates "$prefix$line"
        end
    end
    test $files = 0; or test (count $${own}_candidates) -gt 0
end
complete -c ${name} -e
complete -c ${name} -n ${own}_ask -f -a '$${own}_candidates'
`;
}
