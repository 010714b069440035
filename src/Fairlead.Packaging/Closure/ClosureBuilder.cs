using Fairlead.Core.Results;

namespace Fairlead.Packaging.Closure;

/// <summary>Finds what programs need as the loader would, from library to library, and takes exactly that.</summary>
internal sealed class ClosureBuilder
{
    private readonly RootFolder _machine;
    private readonly RootFolder? _base;
    private readonly ElfMachine _wanted;
    private readonly LoaderFolders _machineFolders;
    private readonly LoaderFolders? _baseFolders;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly Queue<LoadedObject> _queue = new();
    private readonly SortedDictionary<string, ClosureFile> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RootLink> _links = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    private ClosureBuilder(RootFolder machine, RootFolder? baseImage, ElfMachine wanted)
    {
        (_machine, _base, _wanted) = (machine, baseImage, wanted);
        _machineFolders = new LoaderFolders(machine, wanted);
        _baseFolders = baseImage is null ? null : new LoaderFolders(baseImage, wanted);
    }

    /// <param name="machine">Where libraries come from.</param>
    /// <param name="baseImage">What the image has already; its libraries win, and none of them is taken.</param>
    public static Result<LibraryClosure> Build(IReadOnlyList<ProgramFile> programs, RootFolder machine, RootFolder? baseImage, ElfMachine wanted)
    {
        var builder = new ClosureBuilder(machine, baseImage, wanted);
        foreach (var program in programs) builder.Add(program);
        while (builder._queue.TryDequeue(out var next)) builder.AddNeeds(next, next.Elf.Needed);
        return builder._problems.Count > 0
            ? Result.Fail<LibraryClosure>(builder._problems)
            : new LibraryClosure([.. builder._files.Values], [.. builder._links.Values]);
    }

    private void Add(ProgramFile program)
    {
        if (Read(program.Source) is not { } elf) return;
        if (elf.Machine != _wanted)
        {
            _problems.Add(ClosureProblems.OtherMachine(program.Source, NameOf(_wanted)));
            return;
        }

        var loaded = new LoadedObject(program.Path, RootFolder.Machine, program.Source, elf, null);
        if (elf.Interpreter is { } loader && !AddAt(loader, loaded)) _problems.Add(ClosureProblems.LoaderMissing(program.Source, loader));
        _queue.Enqueue(loaded);
        AddNeeds(loaded, program.Opens);
    }

    private void AddNeeds(LoadedObject loaded, IReadOnlyList<string> needed)
    {
        foreach (var name in needed)
        {
            if (!_names.Add(name)) continue;
            if (name.Contains('/'))
            {
                if (!name.StartsWith('/')) _problems.Add(ClosureProblems.RelativeLibrary(loaded.FullSource, name));
                else if (!AddAt(name, loaded)) _problems.Add(ClosureProblems.LibraryMissing(loaded.FullSource, name, [Path.GetDirectoryName(name)!]));
            }
            else if (!Find(name, loaded))
            {
                _problems.Add(ClosureProblems.LibraryMissing(loaded.FullSource, name, [.. loaded.OwnFolders().Select(f => f.Here).Concat(_machineFolders.All).Distinct(StringComparer.Ordinal)]));
            }
        }
    }

    private bool Find(string name, LoadedObject loaded)
    {
        foreach (var (here, inImage) in loaded.OwnFolders())
        {
            if (_base is not null && TakeFromBase($"{inImage}/{name}", loaded)) return true;
            if (loaded.Root != _base && Take(loaded.Root, Path.GetFullPath($"{here}/{name}"), Path.GetFullPath($"{inImage}/{name}"), loaded)) return true;
        }

        if (_baseFolders is not null && _baseFolders.All.Any(folder => TakeFromBase($"{folder}/{name}", loaded))) return true;
        return _machineFolders.All.Any(folder => Take(_machine, $"{folder}/{name}", $"{PlaceOf(folder)}/{name}", loaded));
    }

    private bool AddAt(string path, LoadedObject loaded) =>
        (_base is not null && TakeFromBase(path, loaded)) || Take(_machine, path, path, loaded);

    private bool TakeFromBase(string path, LoadedObject loadedBy)
    {
        if (_base!.FileAt(path) is not { } real) return false;
        if (!_visited.Add(real)) return true;
        if (Read(_base.Full(real)) is not { } elf || elf.Machine != _wanted) return false;
        _queue.Enqueue(new LoadedObject(real, _base, real, elf, loadedBy));
        return true;
    }

    /// <summary>False when it is not there or, as for the loader, when it is for another machine.</summary>
    private bool Take(RootFolder root, string path, string inImage, LoadedObject loadedBy)
    {
        var walk = root.Walk(path);
        if (walk.Real is not { } real || !File.Exists(root.Full(real))) return false;
        if (Read(root.Full(real)) is not { } elf) return true;
        if (elf.Machine != _wanted) return false;

        // What is not where the image has it keeps only its name: links that lead to it belong to the other place.
        var moved = path != inImage;
        var target = moved ? inImage : real;
        if (!moved) foreach (var link in walk.Links) _links[link.Path] = Inside(link);
        if (!_visited.Add(target)) return true;
        _files[target] = new ClosureFile(target, root.Full(real));
        _queue.Enqueue(new LoadedObject(target, root, real, elf, loadedBy));
        return true;
    }

    /// <summary>Null when it could not be read, which is noted.</summary>
    private ElfFile? Read(string path)
    {
        var read = ElfReader.Read(path);
        if (read.TryGet(out var elf)) return elf;
        _problems.AddRange(read.Problems);
        return null;
    }

    // An image has no loader cache: what is found through it alone is laid where the loader looks by itself.
    private string PlaceOf(string folder)
    {
        var builtIn = (_baseFolders ?? _machineFolders).BuiltIn;
        return builtIn.Contains(folder) || builtIn.Any(b => _machine.Walk(b).Real is { } real && real == _machine.Walk(folder).Real) ? folder : builtIn[1];
    }

    // Relative, so that the link stays inside wherever the image is unpacked.
    private static RootLink Inside(RootLink link) =>
        Path.IsPathRooted(link.Target) ? link with { Target = Path.GetRelativePath(Path.GetDirectoryName(link.Path)!, link.Target) } : link;

    private static string NameOf(ElfMachine machine) => machine == ElfMachine.Arm64 ? "64-bit ARM" : "x86-64";
}
