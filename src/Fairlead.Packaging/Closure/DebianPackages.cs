using System.Text;

namespace Fairlead.Packaging.Closure;

/// <summary>
/// dpkg's database, read directly: <c>info/*.list</c> names each package's files, <c>status</c> its version. Lists may say
/// <c>/lib/…</c> for what is at <c>/usr/lib/…</c>: the system's root has links from one to the other.
/// </summary>
internal sealed class DebianPackages(RootFolder root)
{
    private const string Lists = "/var/lib/dpkg/info";
    private const string Status = "/var/lib/dpkg/status";
    private static readonly string[] Merged = ["/usr/lib/", "/usr/lib64/", "/usr/bin/", "/usr/sbin/"];

    /// <summary>The package of each path that one has; a path of no package has no entry.</summary>
    /// <param name="paths">Without links, in this root.</param>
    public IReadOnlyDictionary<string, DebianPackage> Of(IReadOnlyCollection<string> paths)
    {
        var found = new Dictionary<string, DebianPackage>(StringComparer.Ordinal);
        if (!root.HasFolder(Lists) || root.ReadText(Status) is not { } status) return found;
        var owners = OwnersOf(paths);
        var packages = new Dictionary<string, DebianPackage>(StringComparer.Ordinal);
        foreach (var package in Read(status))
        {
            packages.TryAdd(package.Name, package);
            packages.TryAdd($"{package.Name}:{package.Architecture}", package);
        }

        foreach (var (path, owner) in owners) if (packages.TryGetValue(owner, out var package)) found[path] = package;
        return found;
    }

    /// <summary>Every package that is installed, by name.</summary>
    public IReadOnlyList<DebianPackage> All()
    {
        // Images without dpkg itself keep a file for each package in status.d.
        var parts = root.Walk("/var/lib/dpkg/status.d").Real is { } folder && Directory.Exists(root.Full(folder))
            ? Directory.EnumerateFiles(root.Full(folder)).Where(f => Path.GetExtension(f) != ".md5sums").Select(f => ReadStanza($"{File.ReadAllText(f)}\nStatus: install ok installed"))
            : [];
        return [.. Read(root.ReadText(Status) ?? "").Concat(parts.OfType<DebianPackage>()).OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Architecture, StringComparer.Ordinal)];
    }

    /// <summary>The list's name, which is the package's, with its architecture where several may be installed.</summary>
    private Dictionary<string, string> OwnersOf(IReadOnlyCollection<string> paths)
    {
        var wanted = paths.SelectMany(p => Spellings(p).Select(s => (Line: Encoding.UTF8.GetBytes($"\n{s}\n"), Path: p))).ToList();
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var list in Directory.EnumerateFiles(root.Full(Lists), "*.list").Order(StringComparer.Ordinal))
        {
            byte[] content = [(byte)'\n', .. File.ReadAllBytes(list)];
            foreach (var (line, path) in wanted)
            {
                if (content.AsSpan().IndexOf(line) >= 0) owners.TryAdd(path, Path.GetFileNameWithoutExtension(list));
            }
        }

        return owners;
    }

    private static IEnumerable<string> Spellings(string path) =>
        Merged.Any(m => path.StartsWith(m, StringComparison.Ordinal)) ? [path, path["/usr".Length..]] : [path];

    private static IEnumerable<DebianPackage> Read(string status) => status.Split("\n\n").Select(ReadStanza).OfType<DebianPackage>();

    // deb-version(7) and deb822(5): a field's value is on its line; Source may carry a version of its own.
    private static DebianPackage? ReadStanza(string stanza)
    {
        string? name = null, version = null, architecture = null, source = null;
        var installed = false;
        foreach (var line in stanza.Split('\n'))
        {
            if (Field(line, "Package: ") is { } p) name = p;
            else if (Field(line, "Status: ") is { } s) installed = s.EndsWith(" installed", StringComparison.Ordinal);
            else if (Field(line, "Version: ") is { } v) version = v;
            else if (Field(line, "Architecture: ") is { } a) architecture = a;
            else if (Field(line, "Source: ") is { } from) source = from;
        }

        if (!installed || name is null || version is null) return null;
        var parts = (source ?? name).Split(' ', 2);
        return new DebianPackage(name, version, architecture ?? "all", parts[0], parts.Length > 1 ? parts[1].Trim('(', ')') : version);
    }

    private static string? Field(string line, string name) => line.StartsWith(name, StringComparison.Ordinal) ? line[name.Length..].Trim() : null;
}
