package dev.rearview.kit.help;

/// The parts of the completion scripts that do not depend on the commands.
///
/// Types, sensors and the like are asked of the `rwsiteinfo` that lies beside the command, with the
/// switches on the line that say which site is meant.
final class Scripts {
    /// `=` and `:` divide words in bash, so that a switch, the sign and the value come as three.
    static final String BASH =
            """
            # Completion of Rearview's commands for bash; source it from ~/.bashrc.
            _rearview_site() {
                local program=rwsiteinfo field word words options=()
                [[ ${COMP_WORDS[0]} == */* ]] && program=${COMP_WORDS[0]%/*}/rwsiteinfo
                read -ra words <<<"${COMP_LINE-}"
                for word in "${words[@]}"; do
                    case $word in
                        --site-config-file=* | --data-rootdir=*) options+=("${word/=\\~\\//=$HOME/}") ;;
                        --root-directory=*) options+=("--data-rootdir=${word#*=}") ;;
                    esac
                done
                for field; do
                    "$program" --fields="$field" --no-titles --delimited=/ "${options[@]}" 2>/dev/null
                done
            }
            _rearview() {
                local i=$COMP_CWORD word=${COMP_WORDS[COMP_CWORD]} part=${COMP_WORDS[COMP_CWORD]}
                local tool=${COMP_WORDS[0]##*/} at=1 switch= value= words= last= reply before
                COMPREPLY=()
                [[ $part == [=:] ]] && part=
                while ((i > 1)) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == [=:] ]]; do
                    ((i--))
                    word=${COMP_WORDS[i]}$word
                done
                if [[ $tool == rearview && $i -gt 1 ]]; then
                    tool=${COMP_WORDS[1]##*/} at=2
                fi
                before=${COMP_WORDS[i - 1]}
                if [[ $word == --*=* ]]; then
                    switch=${word%%=*} value=${word#*=}
                elif [[ $before == --* && $word != -* && " $(_rearview_switches "$tool") " == *" $before= "* ]]; then
                    switch=$before value=$word
                fi
                if [ -n "$switch" ]; then
                    words=$(_rearview_words "$tool" "$switch") last=${value##*,}
                    [[ $last == distinct:* ]] && last=${last#*:} words=$(_rearview_words "$tool" --fields)
                    if [ -n "$words" ]; then
                        compopt -o nospace
                        COMPREPLY=($(compgen -P "${word%"$last"}" -W "$words" -- "$last"))
                    else
                        compopt -o filenames
                        COMPREPLY=($(compgen -P "${word%"$value"}" -f -- "$value"))
                    fi
                elif [[ $word == -* ]]; then
                    COMPREPLY=($(compgen -W "$(_rearview_switches "$tool")" -- "$word"))
                    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
                else
                    words=$(_rearview_operands "$tool")
                    if [[ -n $words && $i -eq $at ]]; then
                        COMPREPLY=($(compgen -W "$words" -- "$word"))
                    else
                        compopt -o filenames
                        COMPREPLY=($(compgen -f -- "$word"))
                    fi
                fi
                # What bash takes for words before the current one stays as it is.
                part=${word%"$part"}
                for i in "${!COMPREPLY[@]}"; do
                    COMPREPLY[i]=${COMPREPLY[i]#"$part"}
                done
            }
            """;

    static final String ZSH_SITE =
            """
            # Completion of Rearview's commands for zsh; its directory belongs into fpath.
            _rearview_site() {
                local program=rwsiteinfo field word
                local -a options
                [[ ${words[1]} == */* ]] && program=${words[1]:h}/rwsiteinfo
                for word in $words; do
                    case $word in
                        (--site-config-file=*|--data-rootdir=*) options+=("${word/=\\~\\//=$HOME/}") ;;
                        (--root-directory=*) options+=("--data-rootdir=${word#*=}") ;;
                    esac
                done
                for field; do
                    $program --fields=$field --no-titles --delimited=/ $options 2>/dev/null
                done
            }
            """;

    static final String ZSH =
            """
            _rearview() {
                local tool=${words[1]:t} switch= before=${words[CURRENT-1]} at=2
                local -a list
                if [[ $tool == rearview && $CURRENT -gt 2 ]]; then
                    tool=${words[2]:t} at=3
                fi
                if [[ $PREFIX == --*=* ]]; then
                    switch=${PREFIX%%=*}
                    compset -P 1 '*='
                elif [[ $before == --* && $PREFIX != -* && " $(_rearview_switches $tool) " == *" $before= "* ]]; then
                    switch=$before
                fi
                if [[ -n $switch ]]; then
                    list=(${=$(_rearview_words $tool $switch)})
                    if (( $#list )); then
                        compset -P '*,'
                        if [[ $PREFIX == distinct:* ]]; then
                            compset -P 1 '*:'
                            list=(${=$(_rearview_words $tool --fields)})
                        fi
                        compadd -S '' -- $list
                    else
                        _files
                    fi
                elif [[ $PREFIX == -* ]]; then
                    list=(${=$(_rearview_switches $tool)})
                    compadd -S '' -- ${(M)list:#*=}
                    compadd -- ${list:#*=}
                else
                    list=(${=$(_rearview_operands $tool)})
                    if (( $#list && CURRENT == at )); then
                        compadd -- $list
                    else
                        _files
                    fi
                fi
            }
            _rearview "$@"
            """;

    static final String FISH =
            """
            # Completion of Rearview's commands for fish; it belongs into ~/.config/fish/completions.
            function __rearview_list
                set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
                set -l before (string replace -r -- '[^,]*$' '' "$token")
                for word in $argv
                    echo -- "$before$word"
                end
            end
            function __rearview_site
                set -l line (commandline -opc)
                set -l program rwsiteinfo
                if string match -q '*/*' -- $line[1]
                    set program (string replace -r '[^/]*$' '' -- $line[1])rwsiteinfo
                end
                set -l options
                for word in $line
                    switch $word
                        case '--site-config-file=*' '--data-rootdir=*'
                            set -a options (string replace '=~/' "=$HOME/" -- $word)
                        case '--root-directory=*'
                            set -a options (string replace '--root-directory' '--data-rootdir' -- $word)
                    end
                end
                for field in $argv
                    $program --fields=$field --no-titles --delimited=/ $options 2>/dev/null
                end
            end
            # What the command after "rearview" would be completed to.
            function __rearview_delegate
                set -l line (commandline -opc)
                set -l command $line[2]
                string match -qr '^(rw|mapsid)' -- $command; or set command rearview-$command
                complete -C (string join ' ' -- $command $line[3..-1] (commandline -ct | string collect))
            end
            complete -c rearview -f -n __fish_use_subcommand -l help -d 'Print the commands'
            complete -c rearview -f -n __fish_use_subcommand -l version -d 'Print the version'
            complete -c rearview -f -n 'not __fish_use_subcommand' -a '(__rearview_delegate)'
            """;

    private Scripts() {}
}
