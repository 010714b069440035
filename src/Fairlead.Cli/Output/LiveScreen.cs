using System.Text;

namespace Fairlead.Cli.Output;

/// <summary>
/// A block of lines that is redrawn where it stands, with ANSI codes only, so that it works in tmux and over SSH.
/// Lines must not be wider than the terminal; what does not fit its height is cut, since a block that scrolls cannot be reached again.
/// </summary>
internal sealed class LiveScreen(Terminal terminal) : IDisposable
{
    private int _drawn;
    private bool _hidden;

    public void Draw(IReadOnlyList<string> lines)
    {
        var fitting = Math.Min(lines.Count, Math.Max(terminal.Height - 1, 1));
        var frame = new StringBuilder();
        if (!_hidden) frame.Append("\x1b[?25l");
        _hidden = true;
        if (_drawn > 0) frame.Append("\x1b[").Append(_drawn).Append('F');
        for (var i = 0; i < fitting; i++) frame.Append(lines[i]).Append("\x1b[K\n");
        frame.Append("\x1b[J");
        terminal.Raw(frame.ToString());
        _drawn = fitting;
    }

    /// <summary>Takes the block away, so that what follows stands in its place.</summary>
    public void Clear()
    {
        if (_drawn > 0) Draw([]);
    }

    public void Dispose()
    {
        if (_hidden) terminal.Raw("\x1b[?25h");
        _hidden = false;
    }
}
