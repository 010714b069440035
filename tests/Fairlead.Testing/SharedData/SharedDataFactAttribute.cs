using Xunit;

namespace Fairlead.Testing.SharedData;

/// <summary>A test on the recorded models and traces that lie outside the repository; skipped, visibly, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string path)
    {
        Path = path;
        if (!SharedFiles.Has(path)) Skip = SharedFiles.Missing(path);
    }

    public string Path { get; }
}

/// <summary>Like <see cref="SharedDataFactAttribute"/>, with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string path)
    {
        Path = path;
        if (!SharedFiles.Has(path)) Skip = SharedFiles.Missing(path);
    }

    public string Path { get; }
}
