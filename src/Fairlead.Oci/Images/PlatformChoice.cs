using System.Runtime.InteropServices;

namespace Fairlead.Oci.Images;

/// <summary>Which image of several this machine can run.</summary>
public static class PlatformChoice
{
    /// <summary>The architecture in the words of OCI, which are Go's.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Null when there is none for this machine.</summary>
    public static Descriptor? Of(ImageIndex index) =>
        index.Manifests.FirstOrDefault(m => m.Platform is { OperatingSystem: "linux" } p && p.Architecture == Architecture);
}
