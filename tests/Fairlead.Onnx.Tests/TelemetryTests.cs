using Fairlead.Testing.Models;

namespace Fairlead.Onnx.Tests;

public class TelemetryTests
{
    [Fact]
    public void TheLibraryKeepsNoDatabaseOfEventsOpen()
    {
        using var folder = new TestFolder();
        using var model = OnnxModel.Load(folder.Write("model.onnx", TinyModels.Double()), new OnnxOptions());

        var open = Directory.EnumerateFiles($"/proc/{Environment.ProcessId}/fd")
            .Select(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false)?.FullName ?? "");

        open.Where(f => f.Contains("onnxruntime.db", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
