using Fairlead.Core.Results;

namespace Fairlead.Packaging.Building;

/// <summary>The published model server and the library that it loads, as they lie beside the tool.</summary>
/// <param name="Program">One file that needs no installed runtime.</param>
/// <param name="OnnxRuntime">Loaded from beside the program.</param>
internal sealed record ServerProgram(string Program, string OnnxRuntime)
{
    public const string ProgramInImage = "app/fairlead-server";
    public const string OnnxRuntimeInImage = "app/libonnxruntime.so.1";

    /// <param name="folder">Where <c>fairlead-server</c> is.</param>
    public static Result<ServerProgram> In(string folder)
    {
        var server = new ServerProgram(Path.Combine(folder, "fairlead-server"), Path.Combine(folder, "libonnxruntime.so.1"));
        return new[] { server.Program, server.OnnxRuntime }.FirstOrDefault(f => !File.Exists(f)) is { } missing ? BuildProblems.ServerMissing(missing) : server;
    }
}
