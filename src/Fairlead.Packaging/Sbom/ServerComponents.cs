using System.Buffers;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Results;
using Fairlead.Packaging.Building;

namespace Fairlead.Packaging.Sbom;

/// <summary>What the model server and ONNX Runtime's library are made of, read from the very files that are packed.</summary>
internal static class ServerComponents
{
    private const string RuntimePack = "runtimepack.";
    private static readonly SearchValues<byte> VersionLetters = SearchValues.Create("0123456789."u8);

    /// <summary>The server itself first, then the runtime and the packages that are compiled into it.</summary>
    public static Result<IReadOnlyList<Component>> OfServer(string path, ImageFile file)
    {
        try
        {
            if (BundleReader.ReadDependencies(path) is { } json) return Result.Ok<IReadOnlyList<Component>>([.. Read(json, file)]);
            return BuildProblems.NoServerIdentity(path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return BuildProblems.NoServerIdentity(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(path, e.Message);
        }
    }

    /// <summary>The version that the library's symbols are of: <c>VERS_1.23.2</c>.</summary>
    public static Component OfOnnxRuntime(string path, ImageFile file)
    {
        var version = SymbolVersion(path) ?? "unknown";
        return new Component("onnxruntime", version, $"pkg:github/microsoft/onnxruntime@v{version}", "MIT", [file]);
    }

    // The "libraries" of deps.json: NAME/VERSION, each of a type.
    private static IEnumerable<Component> Read(byte[] json, ImageFile file)
    {
        using var document = JsonDocument.Parse(json);
        var libraries = document.RootElement.GetProperty("libraries").EnumerateObject()
            .Select(l => (Name: l.Name.Split('/')[0], Version: l.Name.Split('/')[1], Type: l.Value.GetProperty("type").GetString()))
            .OrderBy(l => l.Name, StringComparer.Ordinal).ToList();
        var server = libraries.First(l => l.Name == "fairlead-server");
        yield return new Component(server.Name, server.Version, null, "Apache-2.0", [file]);
        foreach (var (name, version, type) in libraries)
        {
            if (type == "runtimepack") yield return Component.OfNuGet(name.StartsWith(RuntimePack, StringComparison.Ordinal) ? name[RuntimePack.Length..] : name, version, "MIT");
            else if (type == "package") yield return Component.OfNuGet(name, version);
        }
    }

    private static string? SymbolVersion(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        for (var at = bytes.IndexOf("VERS_"u8); at >= 0; at = bytes.IndexOf("VERS_"u8))
        {
            bytes = bytes[(at + 5)..];
            var end = bytes.IndexOfAnyExcept(VersionLetters);
            if (end is >= 3 and < 20 && bytes[end] == 0) return Encoding.ASCII.GetString(bytes[..end]);
        }

        return null;
    }
}
