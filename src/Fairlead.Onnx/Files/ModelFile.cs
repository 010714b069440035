namespace Fairlead.Onnx.Files;

/// <summary>Tells a model from what only lies where a model should be, before ONNX Runtime is asked.</summary>
internal static class ModelFile
{
    private const int HeadLength = 64;
    private const long NewestPlausibleIrVersion = 1000;

    /// <summary>Prefixes of files that people take for a model, with what they are.</summary>
    private static readonly (byte[] Prefix, string Is)[] Strangers =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive, as PyTorch saves it"),
        ([0x80, 0x02, 0x8A], "a PyTorch or pickle file"),
        ([0x80, 0x04, 0x95], "a Python pickle, as joblib saves scikit-learn models"),
        ([0x80, 0x05, 0x95], "a Python pickle, as joblib saves scikit-learn models"),
        ([0x89, .. "HDF"u8], "an HDF5 file, as Keras saves it"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([.. "<!DOCTYPE"u8], "a web page: the download failed"),
        ([.. "<html"u8], "a web page: the download failed"),
        ([.. "{"u8], "a JSON text"),
    ];

    /// <exception cref="OnnxException">The file is no model or leaves its folder.</exception>
    public static ModelFacts Inspect(string path)
    {
        if (Directory.Exists(path)) throw OnnxFailures.Folder(path);
        if (!File.Exists(path)) throw OnnxFailures.Missing(path);
        var facts = Scan(path);
        ExternalData.Check(path, facts.ExternalFiles);
        return facts;
    }

    private static ModelFacts Scan(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length == 0) throw OnnxFailures.Empty(path);
            Span<byte> head = stackalloc byte[HeadLength];
            CheckHead(path, head[..RandomAccess.Read(file, head, 0)]);
            return Scan(path, new ModelScanner(new ProtoReader(file, length)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone meanwhile, or a link to nowhere, which counts as existing.
            throw OnnxFailures.Missing(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e is not EndOfStreamException))
        {
            throw OnnxFailures.Unreadable(path, e);
        }
    }

    private static ModelFacts Scan(string path, ModelScanner scanner)
    {
        try
        {
            scanner.Scan();
        }
        catch (EndOfStreamException)
        {
            throw IsModel(scanner.Facts) ? OnnxFailures.Truncated(path) : OnnxFailures.NotOnnx(path, "is no ONNX model");
        }
        catch (InvalidDataException)
        {
            throw OnnxFailures.NotOnnx(path, IsModel(scanner.Facts) ? "starts like an ONNX model but is damaged" : "is no ONNX model");
        }

        if (scanner.Facts.HasGraph) return scanner.Facts;
        throw IsModel(scanner.Facts) ? OnnxFailures.Truncated(path) : OnnxFailures.NotOnnx(path, "is no ONNX model");
    }

    private static void CheckHead(string path, ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("version https://git-lfs"u8)) throw OnnxFailures.LfsPointer(path);
        if (head.Length >= 8 && head[4..8].SequenceEqual("ORTM"u8)) throw OnnxFailures.NotOnnx(path, "is in ONNX Runtime's own ORT format, not ONNX");
        foreach (var (prefix, kind) in Strangers)
        {
            if (head.StartsWith(prefix)) throw OnnxFailures.NotOnnx(path, $"is {kind}, not an ONNX model");
        }
    }

    // Every writer puts the version of the format first, so a file that was cut short still shows it.
    private static bool IsModel(ModelFacts facts) => facts.IrVersion is > 0 and < NewestPlausibleIrVersion;
}
