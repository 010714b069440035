namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>What is written to stderr while it lives. The console is the process's: used by one test class only.</summary>
internal sealed class ErrorCapture : IDisposable
{
    private readonly TextWriter _before = Console.Error;
    private readonly StringWriter _written = new();

    public ErrorCapture() => Console.SetError(_written);

    public string Text => _written.ToString();

    public void Dispose()
    {
        Console.SetError(_before);
        _written.Dispose();
    }
}
