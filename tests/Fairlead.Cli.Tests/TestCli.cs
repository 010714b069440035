using Fairlead.Cli.Output;
using Fairlead.Core.Homes;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests;

/// <summary>The command line in this process, with a home and streams of its own.</summary>
internal sealed class TestCli : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public TestCli() => Home = new FairleadHome(Directory.CreateTempSubdirectory("fairlead-cli-").FullName);

    public FairleadHome Home { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public Interrupts Interrupts { get; } = new();

    /// <summary>A fixed width, so that views are golden text.</summary>
    public int Width { get; set; } = 120;

    public string Input { get; set; } = "";

    /// <summary>As if a controller had written its record: commands talk to the stub.</summary>
    public TestCli With(StubServer server)
    {
        Directory.CreateDirectory(Home.Run);
        File.WriteAllText(Home.TokenFile, "secret");
        File.WriteAllText(Home.ControllerFile, $$"""{"pid":1,"start_time":1,"api":"{{server.Address}}","gateway":"{{server.Address}}","started":"user"}""");
        return this;
    }

    public string WriteFile(string name, string text)
    {
        var path = Path.Combine(Home.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, new CliHost
    {
        Out = _out,
        Error = _error,
        In = new StringReader(Input),
        Home = Home,
        Folder = Home.Root,
        Interrupts = Interrupts,
        CanAsk = Input.Length > 0,
        Size = () => (Width, int.MaxValue),
    });

    public void Dispose()
    {
        Interrupts.Dispose();
        Directory.Delete(Home.Root, recursive: true);
    }
}
