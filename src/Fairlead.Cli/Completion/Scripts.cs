namespace Fairlead.Cli.Completion;

/// <summary>
/// What a shell loads to complete this program's words. The words themselves are asked of the program at each use
/// (<c>fairlead "[suggest:POSITION]" LINE</c>), so a script never grows old.
/// </summary>
internal static class Scripts
{
    public static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        "powershell" => PowerShell,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "No such shell."),
    };

    private const string Bash = """
        # bash completion of fairlead; load it with: source <(fairlead completion bash)
        _fairlead() {
            local line="${COMP_WORDS[*]}" IFS=$'\n' words
            line="${COMP_LINE:0:COMP_POINT}"
            words="$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)"
            COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _fairlead fairlead
        """;

    private const string Zsh = """
        #compdef fairlead
        # zsh completion of fairlead; load it with: source <(fairlead completion zsh)
        _fairlead() {
            local line="${LBUFFER}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            if (( ${#found} > 0 )) && [[ -n "${found[1]}" ]]; then
                compadd -a found
            fi
            _files
        }
        compdef _fairlead fairlead
        """;

    private const string Fish = """
        # fish completion of fairlead; load it with: fairlead completion fish | source
        function __fairlead_complete
            set -l line (commandline -cp)
            fairlead "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c fairlead -a "(__fairlead_complete)"
        """;

    private const string PowerShell = """
        # PowerShell completion of fairlead; load it with: fairlead completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName fairlead -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.ToString().PadRight($cursorPosition)
            & $commandAst.CommandElements[0].Value "[suggest:$cursorPosition]" $line 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;
}
