using System.Runtime.InteropServices;

namespace Fairlead.Engines.Processes;

/// <summary>How a <see cref="DetachedProcess"/> is started.</summary>
public sealed record SpawnOptions
{
    /// <summary>The first after standard input, output and error.</summary>
    public const int InheritedDescriptor = 3;

    /// <summary>A path (relative to <see cref="WorkingFolder"/>) when it holds a slash, else a name looked up in the PATH of <see cref="Environment"/>.</summary>
    public required string Program { get; init; }

    /// <summary>Without the program itself.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The whole environment: nothing of the caller's is added.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public required string WorkingFolder { get; init; }

    /// <summary>The file that standard output and error are appended to; made with mode 0640.</summary>
    public required string Output { get; init; }

    /// <summary>Becomes descriptor <see cref="InheritedDescriptor"/> of the process; null when it gets none but its input and output.</summary>
    public SafeHandle? Inherits { get; init; }

    /// <summary>The <c>cgroup.procs</c> files that the process writes itself into before the program is loaded, so that its first page counts.</summary>
    public IReadOnlyList<string> CgroupFiles { get; init; } = [];
}
