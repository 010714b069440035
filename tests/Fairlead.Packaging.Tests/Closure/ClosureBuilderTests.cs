using System.Diagnostics;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Tests.Closure;

public sealed class ClosureBuilderTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("/bin/ls")]
    [InlineData("/bin/bash")]
    [InlineData("/usr/bin/apt-get")]
    public void ExactlyWhatTheLoaderTakesIsTaken(string program)
    {
        // ldd runs the loader itself: "libc.so.6 => /lib/…/libc.so.6 (0x…)", and the loader by its path alone.
        var taken = Run("ldd", program).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Trim().Split(' '))
            .Select(words => words.Length > 2 && words[1] == "=>" ? words[2] : words[0])
            .Where(path => path.StartsWith('/'))
            .Select(path => RootFolder.Machine.FileAt(path)!)
            .Distinct().Order(StringComparer.Ordinal);

        var closure = Build(new ProgramFile("/app/program", program, [])).Value;

        closure.Files.Select(f => f.Source).Order(StringComparer.Ordinal).ShouldBe(taken);
    }

    [Fact]
    public void WhatIsTakenRunsInARootOfItsOwn()
    {
        var closure = Build(new ProgramFile("/app/ls", "/bin/ls", [])).Value;
        var root = LayOut(closure, ("/app/ls", "/bin/ls"));

        // The image's own loader, told to look nowhere but in the image.
        var loader = Path.Join(root, new RootFolder(root).FileAt(ElfReader.Read("/bin/ls").Value.Interpreter!));
        var folders = string.Join(':', closure.Files.Select(f => Path.GetDirectoryName(root + f.Path)).Distinct());
        var listed = Run(loader, "--inhibit-cache", "--library-path", folders, "--list", root + "/app/ls");

        listed.ShouldContain(root);
        listed.ShouldNotContain("not found");
        listed.Split('\n').Where(l => l.Contains("=> /", StringComparison.Ordinal)).ShouldAllBe(l => l.Contains($"=> {root}/", StringComparison.Ordinal));
    }

    [Fact]
    public void TheLoaderIsFoundInTheImageUnderTheNameThatTheProgramHas()
    {
        var closure = Build(new ProgramFile("/app/ls", "/bin/ls", [])).Value;
        var root = new RootFolder(LayOut(closure));

        root.FileAt(ElfReader.Read("/bin/ls").Value.Interpreter!).ShouldNotBeNull();
        root.FileAt("/lib/x86_64-linux-gnu/libc.so.6").ShouldNotBeNull();
    }

    [Fact]
    public void LinksInTheImageStayInside() =>
        Build(new ProgramFile("/app/apt", "/usr/bin/apt-get", [])).Value.Links.ShouldAllBe(l => !l.Target.StartsWith('/'));

    [Fact]
    public void ALibraryThatAProgramOpensByNameIsTakenWithWhatItNeeds()
    {
        var without = Build(new ProgramFile("/app/ls", "/bin/ls", [])).Value.Files.Select(f => Path.GetFileName(f.Path));

        var with = Build(new ProgramFile("/app/ls", "/bin/ls", ["libssl.so.3"])).Value.Files.Select(f => Path.GetFileName(f.Path)).ToList();

        without.ShouldNotContain("libssl.so.3");
        with.ShouldContain("libssl.so.3");
        with.ShouldContain("libcrypto.so.3");
    }

    [Fact]
    public void ALibraryThatIsNowhereIsNamedWithTheFileThatNeedsIt()
    {
        var program = _place.Write("ls", WithNeeded(File.ReadAllBytes("/bin/ls"), "libselinux.so.1", "libxxxxxxx.so.1"));

        var problem = Build(new ProgramFile("/app/ls", program, [])).Problems.First(p => p.Code == "FL2302");

        problem.Message.ShouldStartWith($"'{program}' needs the library 'libxxxxxxx.so.1', which is in none of ");
        problem.Message.ShouldContain("/usr/lib/x86_64-linux-gnu");
    }

    [Fact]
    public void EveryMissingLibraryIsNamedAtOnce() =>
        Build(new ProgramFile("/app/ls", "/bin/ls", ["libone-that-is-not.so.1", "libanother-that-is-not.so.2"])).Problems.Count.ShouldBe(2);

    [Fact]
    public void AProgramForAnotherMachineIsRefused()
    {
        var bytes = File.ReadAllBytes("/bin/ls");
        bytes[18] = 183;

        Build(new ProgramFile("/app/ls", _place.Write("arm", bytes), [])).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2304");
    }

    [Fact]
    public void ALibraryForAnotherMachineIsPassedOver()
    {
        // As the loader does: a folder earlier in the order may hold the libraries of another machine.
        var root = FakeMachine("opt");
        var other = File.ReadAllBytes("/lib/x86_64-linux-gnu/libm.so.6");
        other[18] = 183;
        File.WriteAllBytes(Path.Join(root, "opt/lib/libm.so.6"), other);

        var closure = ClosureBuilder.Build([new ProgramFile("/app/ls", "/bin/ls", ["libm.so.6"])], new RootFolder(root), null, ElfMachine.X64).Value;

        closure.Files.ShouldContain(f => f.Path == "/usr/lib/x86_64-linux-gnu/libm.so.6");
    }

    [Fact]
    public void ALibraryThatOnlyTheCacheLeadsToIsLaidWhereTheLoaderLooks()
    {
        var root = FakeMachine("opt");
        File.Copy("/lib/x86_64-linux-gnu/libz.so.1", Path.Join(root, "opt/lib/libz.so.1"));

        var closure = ClosureBuilder.Build([new ProgramFile("/app/ls", "/bin/ls", ["libz.so.1"])], new RootFolder(root), null, ElfMachine.X64).Value;

        closure.Files.ShouldContain(f => f.Path == "/usr/lib/x86_64-linux-gnu/libz.so.1" && f.Source == root + "/opt/lib/libz.so.1");
    }

    [Fact]
    public void WhatABaseHasIsNotTaken()
    {
        var baseImage = new RootFolder(LayOut(Build(new ProgramFile("/app/ls", "/bin/ls", [])).Value));

        var closure = ClosureBuilder.Build([new ProgramFile("/app/ls", "/bin/ls", ["libz.so.1"])], RootFolder.Machine, baseImage, ElfMachine.X64).Value;

        closure.Files.ShouldHaveSingleItem().Path.ShouldContain("libz.so.1");
    }

    [Fact]
    public void ARunPathOfTheProgramsOwnFolderIsFollowedToTheImagesFolder()
    {
        // ONNX Runtime's own: DT_RUNPATH $ORIGIN. Its needs are looked for beside it first.
        var library = Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so.1");
        var copy = Path.Combine(_place.Folder, "libonnxruntime.so.1");
        File.Copy(library, copy);
        File.Copy("/lib/x86_64-linux-gnu/libgcc_s.so.1", Path.Combine(_place.Folder, "libgcc_s.so.1"));

        var closure = Build(new ProgramFile("/app/libonnxruntime.so.1", copy, [])).Value;

        closure.Files.ShouldContain(f => f.Path == "/app/libgcc_s.so.1" && f.Source == Path.Combine(_place.Folder, "libgcc_s.so.1"));
        closure.Files.ShouldNotContain(f => f.Path == "/usr/lib/x86_64-linux-gnu/libgcc_s.so.1");
    }

    [Fact]
    public void EveryLibraryOfThisMachineHasItsPackage()
    {
        var closure = Build(new ProgramFile("/app/apt", "/usr/bin/apt-get", [])).Value;

        var packages = new DebianPackages(RootFolder.Machine).Of([.. closure.Files.Select(f => f.Source)]);

        closure.Files.ShouldAllBe(f => packages.ContainsKey(f.Source));
        var libc = packages[closure.Files.First(f => f.Path.EndsWith("/libc.so.6", StringComparison.Ordinal)).Source];
        (libc.Name, libc.Source).ShouldBe(("libc6", "glibc"));
        libc.Version.ShouldBe(Run("dpkg-query", "-W", "-f=${Version}", "libc6:amd64"));
    }

    private static Core.Results.Result<LibraryClosure> Build(ProgramFile program) =>
        ClosureBuilder.Build([program], RootFolder.Machine, null, ElfMachine.X64);

    /// <summary>A root with the real libraries and one more folder, which its ld.so.conf includes first.</summary>
    private string FakeMachine(string extra)
    {
        var root = LayOut(Build(new ProgramFile("/app/ls", "/bin/ls", ["libm.so.6"])).Value);
        Directory.CreateDirectory(Path.Join(root, extra, "lib"));
        Directory.CreateDirectory(Path.Join(root, "etc/ld.so.conf.d"));
        File.WriteAllText(Path.Join(root, "etc/ld.so.conf"), "# comment\ninclude /etc/ld.so.conf.d/*.conf\n");
        File.WriteAllText(Path.Join(root, "etc/ld.so.conf.d/extra.conf"), $"/{extra}/lib\n");
        return root;
    }

    private string LayOut(LibraryClosure closure, params (string Path, string Source)[] more)
    {
        var root = Path.Combine(_place.Root, $"root-{Guid.NewGuid():n}");
        foreach (var (path, source) in closure.Files.Select(f => (f.Path, f.Source)).Concat(more))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + path)!);
            File.Copy(source, root + path);
        }

        foreach (var link in closure.Links.Where(l => !Path.Exists(root + l.Path)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + link.Path)!);
            File.CreateSymbolicLink(root + link.Path, link.Target);
        }

        return root;
    }

    /// <summary>The program with one library's name written over by another of the same length.</summary>
    private static byte[] WithNeeded(byte[] program, string from, string to)
    {
        var at = program.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from + "\0"));
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(program, at);
        return program;
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
