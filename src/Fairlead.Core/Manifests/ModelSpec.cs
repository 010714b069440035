namespace Fairlead.Core.Manifests;

/// <summary>What runs. Exactly one of <see cref="File"/>, <see cref="Image"/>, <see cref="Command"/> and <see cref="Dockerfile"/> is set.</summary>
public sealed record ModelSpec
{
    /// <summary>An ONNX file, relative to the manifest's folder.</summary>
    public string? File { get; init; }

    /// <summary>Any container image, by reference.</summary>
    public string? Image { get; init; }

    /// <summary>As whom the image's program runs, a number or <c>root</c>; null is the image's own user, which may not be root then.</summary>
    public string? User { get; init; }

    /// <summary>A program and its arguments, run in a copy of the manifest's folder by the process engine.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>A folder with a Dockerfile, relative to the manifest's folder.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>Names of the classes of an output, by the output's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Requests with the answers they must get, relative to the manifest's folder.</summary>
    public string? Golden { get; init; }

    /// <summary>The data that drift is measured against (CSV with a header), relative to the manifest's folder.</summary>
    public string? Reference { get; init; }
}
