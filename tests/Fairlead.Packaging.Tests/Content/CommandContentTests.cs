using System.Diagnostics;
using Fairlead.Core.Manifests;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging.Tests.Content;

public sealed class CommandContentTests : IDisposable
{
    private static readonly ModelSpec App = new() { Command = ["python3", "app.py"] };
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void TheFolderIsPackedWithoutWhatIsMadeAgainElsewhere()
    {
        _place.Write("app.py", "print()");
        _place.Write("lib/util.py", "");
        foreach (var left in (string[])[".git/HEAD", "__pycache__/a.pyc", "lib/__pycache__/b.pyc", "node_modules/x/y.js", ".venv/bin/python"]) _place.Write(left, "x");
        File.CreateSymbolicLink(Path.Combine(_place.Folder, "lib/main.py"), "../app.py");
        File.SetUnixFileMode(_place.Write("run.sh", "#!/bin/sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var packed = _place.Pack(App).Value;

        Directory.EnumerateFiles(packed.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(packed.Folder, f)).Order(StringComparer.Ordinal)
            .ShouldBe(["app.py", "lib/main.py", "lib/util.py", "run.sh"]);
        new FileInfo(Path.Combine(packed.Folder, "lib/main.py")).LinkTarget.ShouldBe("../app.py");
        (File.GetUnixFileMode(Path.Combine(packed.Folder, "run.sh")) & UnixFileMode.UserExecute).ShouldBe(UnixFileMode.UserExecute);
    }

    [Fact]
    public void LinksThatLeaveTheFolderAreAllRefused()
    {
        _place.Write("app.py", "");
        File.CreateSymbolicLink(Path.Combine(_place.Folder, "absolute"), Path.Combine(_place.Folder, "app.py"));
        File.CreateSymbolicLink(Path.Combine(_place.Folder, "outside"), "../other");

        _place.Pack(App).Problems.Select(p => (p.Code, p.Message.Split('\'')[1])).ShouldBe([("FL2102", "absolute"), ("FL2102", "outside")]);
    }

    [Fact]
    public void ANamedPipeIsRefusedAndNotWaitedFor()
    {
        _place.Write("app.py", "");
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(_place.Folder, "pipe")])) mkfifo.WaitForExit();

        var problem = _place.Pack(App).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2103");
        problem.Message.ShouldContain("'pipe' is a named pipe");
    }

    [Fact]
    public void AFolderThatIsTooLargeIsRefused()
    {
        _place.Write("app.py", new byte[100]);

        CommandContent.Collect(["app"], [], _place.Folder, _place.Home, limit: 99).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2104");
    }

    [Fact]
    public void AProgramThatIsNotPackedIsToldAtOnce()
    {
        _place.Write("app.py", "");

        _place.Pack(new ModelSpec { Command = [".venv/bin/python", "app.py"] }).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2108");
    }

    [Fact]
    public void AHomeInTheFolderIsNotPackedIntoItself()
    {
        _place.Write("app.py", "");
        var home = new Core.Homes.FairleadHome(Path.Combine(_place.Folder, ".fairlead"));
        var manifest = new Manifest { Name = Core.Identity.DeploymentName.Parse("app"), Version = "1", Model = App };

        var first = ContentPacker.Pack(manifest, _place.Folder, home).Value;

        ContentPacker.Pack(manifest, _place.Folder, home).Value.ShouldBe(first);
        first.Files.ShouldBe(1);
    }

    [Fact]
    public void AnImageHasNothingToPack() =>
        _place.Pack(new ModelSpec { Image = "registry/x" }).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2112");
}
