using Fairlead.Onnx;

namespace Fairlead.Cli.Doctor;

/// <summary>Whether the programs and libraries that are needed are there.</summary>
internal static class ProgramChecks
{
    public static IEnumerable<Check> Run(CommandContext context)
    {
        yield return OnnxRuntimeLibrary();
        yield return ModelServer();
        yield return Python(context);
    }

    private static Check OnnxRuntimeLibrary()
    {
        try
        {
            return Check.Ok("ONNX Runtime", OnnxRuntime.Version);
        }
        catch (Exception e) when (e is OnnxException or DllNotFoundException or TypeInitializationException)
        {
            return Check.Fail("ONNX Runtime", e.InnerException?.Message ?? e.Message, "Build the solution again with Node.js installed, or set FAIRLEAD_ONNXRUNTIME to the library.");
        }
    }

    private static Check ModelServer()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "server", "fairlead-server");
        return File.Exists(program)
            ? Check.Ok("model server", program)
            : Check.Fail("model server", $"{program} is missing", "Build the solution again: dotnet build -c Release.");
    }

    private static Check Python(CommandContext context)
    {
        var found = (context.Host.Variable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);
        return Check.Ok("python3", found ?? "not found; only services that are Python programs need it");
    }
}
