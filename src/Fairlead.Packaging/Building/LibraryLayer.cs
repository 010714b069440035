using Fairlead.Core.Results;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Building;

/// <summary>The first layer: the libraries that the server needs, their packages' licences, and what any program expects.</summary>
/// <param name="Libraries">Those of the entries that are libraries, by their path in the image.</param>
/// <param name="Packages">The package of each library that has one, by its path in the image.</param>
internal sealed record LibraryLayer(IReadOnlyList<LayerEntry> Entries, IReadOnlySet<string> Libraries, IReadOnlyDictionary<string, DebianPackage> Packages, ElfMachine Machine)
{
    public const string Title = "libraries";

    public bool IsLibrary(LayerEntry entry) => Libraries.Contains(entry.Path);

    public static Result<LibraryLayer> Of(ServerProgram server, RootFolder machine, RootFolder? baseImage)
    {
        var read = ElfReader.Read(server.Program);
        if (!read.TryGet(out var elf)) return Result.Fail<LibraryLayer>(read.Problems);
        if (elf.Machine == ElfMachine.Other) return ClosureProblems.OtherMachine(server.Program, "x86-64 or 64-bit ARM");
        ProgramFile[] programs =
        [
            new($"/{ServerProgram.ProgramInImage}", server.Program, OpenedLibraries.OfModelServer),
            new($"/{ServerProgram.OnnxRuntimeInImage}", server.OnnxRuntime, []),
        ];
        var built = ClosureBuilder.Build(programs, machine, baseImage, elf.Machine);
        if (!built.TryGet(out var closure)) return Result.Fail<LibraryLayer>(built.Problems);
        var files = BaseFiles.Collect(machine, baseImage);
        if (!files.TryGet(out var others)) return Result.Fail<LibraryLayer>(files.Problems);

        var packages = new DebianPackages(machine).Of([.. closure.Files.Select(f => f.Source)]);
        LayerEntry[] entries =
        [
            .. others,
            .. closure.Files.Select(f => new LayerEntry.File(f.Path[1..], f.Source, SourceIsProgram(f.Source))),
            .. closure.Links.Select(l => new LayerEntry.Link(l.Path[1..], l.Target)),
            .. Licences(packages.Values, machine),
        ];
        return new LibraryLayer(entries, closure.Files.Select(f => f.Path[1..]).ToHashSet(StringComparer.Ordinal), closure.Files.Where(f => packages.ContainsKey(f.Source)).ToDictionary(f => f.Path[1..], f => packages[f.Source]), elf.Machine);
    }

    // Most libraries' licences ask that their text goes with them (Debian policy 12.5 keeps it there).
    private static IEnumerable<LayerEntry> Licences(IEnumerable<DebianPackage> packages, RootFolder machine) =>
        from name in packages.Select(p => p.Name).Distinct(StringComparer.Ordinal)
        let real = machine.FileAt($"/usr/share/doc/{name}/copyright")
        where real is not null
        select new LayerEntry.File($"usr/share/doc/{name}/copyright", machine.Full(real));

    private static bool SourceIsProgram(string source) => Content.SourceFiles.IsExecutable(source);
}
