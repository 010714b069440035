using System.Text;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests;

/// <summary>Finds and reads the file that a manifest stands in.</summary>
public static class ManifestFile
{
    public const string FileName = "fairlead.yaml";

    /// <summary>Far above any manifest, so that a model given by mistake is not read whole.</summary>
    private const int MaxBytes = 256 << 10;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The manifest's own path, from it or from its folder.</summary>
    public static Result<string> Resolve(string pathOrFolder)
    {
        if (!Directory.Exists(pathOrFolder)) return File.Exists(pathOrFolder) ? pathOrFolder : ManifestProblems.NotFound(pathOrFolder);
        var path = Path.Combine(pathOrFolder, FileName);
        if (Path.Exists(path)) return path;
        string[] others = ["fairlead.yml", "Fairlead.yaml", "fairlead.json"];
        return others.FirstOrDefault(o => File.Exists(Path.Combine(pathOrFolder, o))) is { } other
            ? ManifestProblems.OtherName(pathOrFolder, other)
            : ManifestProblems.NotInFolder(pathOrFolder);
    }

    internal static Result<string> ReadText(string path)
    {
        if (Directory.Exists(path)) return At(path, 0, ManifestProblems.IsFolder());
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) return At(path, 0, ManifestProblems.IsModel());
        try
        {
            return Decode(path, ReadBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ManifestProblems.NotFound(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return At(path, 0, ManifestProblems.Unreadable(Quote.Sentence(e.Message)));
        }
    }

    /// <summary>One byte more than allowed when there is more.</summary>
    private static byte[] ReadBytes(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[MaxBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..length];
    }

    private static Result<string> Decode(string path, byte[] bytes)
    {
        if (bytes.Length > MaxBytes) return At(path, 0, ManifestProblems.TooLarge(MaxBytes));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            return At(path, 1 + bytes.AsSpan(0, Math.Max(0, e.Index)).Count((byte)'\n'), ManifestProblems.NotUtf8());
        }
    }

    private static Problem At(string path, int line, Problem problem) => problem with { At = new SourceLocation(path, line, "") };
}
