using System.Text;
using Fairlead.Core.Results;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Building;

/// <summary>The few files beside libraries that a program expects of any Linux system.</summary>
internal static class BaseFiles
{
    /// <summary>The user of every image: no right of its own, and no name on most machines.</summary>
    public const string User = "65532:65532";

    private const string Certificates = "etc/ssl/certs/ca-certificates.crt";

    // Sticky, and writable for all, as on every system; most containers mount their own over it.
    private const UnixFileMode Shared = UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111;

    private static readonly (string Path, string Text)[] Texts =
    [
        ("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin\n"),
        ("etc/group", "root:x:0:\nnonroot:x:65532:\n"),

        // Without it glibc asks the name server before /etc/hosts.
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    ];

    /// <param name="baseImage">What is there already is left as it is.</param>
    public static Result<IReadOnlyList<LayerEntry>> Collect(RootFolder machine, RootFolder? baseImage)
    {
        var entries = new List<LayerEntry>();
        if (!Has("tmp")) entries.Add(new LayerEntry.Folder("tmp", Shared));
        entries.AddRange(Texts.Where(t => !Has(t.Path)).Select(t => new LayerEntry.Content(t.Path, Encoding.ASCII.GetBytes(t.Text))));
        if (!Has(Certificates))
        {
            if (machine.FileAt($"/{Certificates}") is not { } real) return ClosureProblems.FileMissing($"/{Certificates}", "The list of certificate authorities");
            entries.Add(new LayerEntry.File(Certificates, machine.Full(real)));
        }

        return Result.Ok<IReadOnlyList<LayerEntry>>(entries);

        bool Has(string path) => baseImage?.Walk($"/{path}").Real is not null;
    }
}
