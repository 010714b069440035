namespace Fairlead.Onnx.Files;

/// <summary>What is read from a model's file before ONNX Runtime sees it.</summary>
internal sealed class ModelFacts
{
    public long IrVersion { get; set; }

    public string Producer { get; set; } = "";

    public string ProducerVersion { get; set; } = "";

    public string Domain { get; set; } = "";

    public long ModelVersion { get; set; }

    public string Description { get; set; } = "";

    public string GraphName { get; set; } = "";

    public bool HasGraph { get; set; }

    /// <summary>Whether any graph repeats a part of itself.</summary>
    public bool HasLoops { get; set; }

    /// <summary>Whether every input of the graph has fixed sizes, so that every run needs the same memory.</summary>
    public bool HasFixedSizes { get; set; } = true;

    public SortedDictionary<string, long> Opsets { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Custom { get; } = new(StringComparer.Ordinal);

    /// <summary>Locations of tensors' data outside the file, as written there, in every graph, sub-graph and function.</summary>
    public SortedSet<string> ExternalFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>Class names by the name of the ZipMap output that has them.</summary>
    public Dictionary<string, IReadOnlyList<string>> Classes { get; } = new(StringComparer.Ordinal);

    public OnnxMetadata ToMetadata() => new(
        ProducerVersion.Length == 0 ? Producer : $"{Producer} {ProducerVersion}", GraphName, Domain, Description, ModelVersion, IrVersion, Opsets, Custom);
}
