using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Api.Wire;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Output;

/// <param name="Json">JSON on stdout alone; what is for people goes to stderr.</param>
/// <param name="Quiet">Only results and problems.</param>
/// <param name="Yes">Questions are answered with yes.</param>
internal sealed record OutputOptions(bool Json = false, bool Quiet = false, bool Yes = false, bool NoColor = false);

/// <summary>The one place where commands write. JSON alone on stdout when asked for; problems always on stderr for people.</summary>
internal sealed class Terminal(CliHost host, OutputOptions options)
{
    private readonly TextWriter _human = options.Json ? host.Error : host.Out;

    public bool Json => options.Json;

    public bool Yes => options.Yes;

    public bool Quiet => options.Quiet;

    /// <summary>Whether a view may be redrawn in place.</summary>
    public bool IsLive => host.IsTerminal && !options.Json && !options.Quiet && host.Variable("TERM") != "dumb";

    public Paint Paint { get; } = new(host.IsTerminal && !options.NoColor && string.IsNullOrEmpty(host.Variable("NO_COLOR")) && host.Variable("TERM") != "dumb");

    public int Width => host.Size().Width;

    public int Height => host.Size().Height;

    /// <summary>What was asked for, for people. With JSON the same is on stdout already, so it is left out.</summary>
    public void Result(string text)
    {
        if (!options.Json) _human.WriteLine(text);
    }

    public void Result(IEnumerable<string> lines)
    {
        foreach (var line in lines) Result(line);
    }

    /// <summary>What is happening, for people; left out with <c>--quiet</c>.</summary>
    public void Note(string text)
    {
        if (!options.Quiet) _human.WriteLine(text);
    }

    /// <summary>More about a problem, for people, beside it on stderr.</summary>
    public void Explain(IEnumerable<string> lines)
    {
        foreach (var line in lines) host.Error.WriteLine(line);
    }

    /// <summary>Written as it is, for views that are redrawn.</summary>
    public void Raw(string text)
    {
        _human.Write(text);
        _human.Flush();
    }

    /// <summary>The JSON form of the result, indented; nothing in text mode.</summary>
    public void Data<T>(T value, Func<CliJson, JsonTypeInfo<T>> type)
    {
        if (options.Json) host.Out.WriteLine(JsonSerializer.Serialize(value, type(CliJson.Indented)));
    }

    /// <summary>One JSON object on a line of its own, for streams; nothing in text mode.</summary>
    public void DataLine<T>(T value, Func<CliJson, JsonTypeInfo<T>> type)
    {
        if (options.Json) host.Out.WriteLine(JsonSerializer.Serialize(value, type(CliJson.Lines)));
    }

    public int Fail(IReadOnlyList<Problem> problems, int exitCode = ExitCode.Failed)
    {
        foreach (var problem in problems) host.Error.WriteLine(ProblemText.Format(problem, Paint));
        Data(new ProblemReport([.. problems.Select(ToItem)]), c => c.ProblemReport);
        return exitCode;
    }

    public int Fail(Problem problem, int exitCode = ExitCode.Failed) => Fail([problem], exitCode);

    /// <summary>True when the user agrees, or has said so with <c>--yes</c>; false when nobody can be asked.</summary>
    public bool Confirm(string question)
    {
        if (options.Yes) return true;
        if (!host.CanAsk) return false;
        host.Error.Write($"{question} [y/N] ");
        return host.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static ProblemItem ToItem(Problem problem) =>
        new(problem.Code, problem.Message, problem.Hint, problem.At?.File, problem.At is { Line: > 0 } at ? at.Line : null, problem.At is { Path.Length: > 0 } p ? p.Path : null);
}
