using System.Diagnostics;
using System.Text.Json;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.EndToEnd.Tests.Images;

/// <summary><c>build</c>, <c>verify</c> and <c>export</c> as a user runs them.</summary>
public sealed class BuildTests
{
    [Fact]
    public async Task BuildTellsLayersSizesAndDigestAndVerifyHoldsIt()
    {
        await using var home = Built.NewHome();

        var text = await home.RunAsync("build", Built.Example("penguins"));
        var json = await home.RunAsync("build", Built.Example("penguins"), "--output", "json");
        var verified = await home.RunAsync("verify", "penguins:1.0.0");

        text.ExitCode.ShouldBe(0, text.ToString());
        var lines = text.Output.TrimEnd().Split('\n');
        lines.Single(l => l.StartsWith("onnxruntime", StringComparison.Ordinal)).ShouldEndWith("new");
        lines[^1].ShouldMatch(@"^penguins:1\.0\.0 \d+\.\d MB, 0 B of it reused, sha256:[0-9a-f]{64}$");
        json.ExitCode.ShouldBe(0, json.ToString());
        var report = JsonElement.Parse(json.Output);
        (report.GetProperty("name").GetString(), report.GetProperty("version").GetString()).ShouldBe(("penguins", "1.0.0"));
        lines[^1].ShouldEndWith(report.GetProperty("digest").GetString()!);
        var layers = report.GetProperty("layers").EnumerateArray().ToList();
        layers.Select(l => l.GetProperty("title").GetString()).ShouldBe(["libraries", "onnxruntime", "model server", "model"]);
        layers.ShouldAllBe(l => l.GetProperty("reused").GetBoolean() && l.GetProperty("digest").GetString()!.StartsWith("sha256:"));
        report.GetProperty("size").GetInt64().ShouldBeGreaterThan(layers.Sum(l => l.GetProperty("size").GetInt64()));
        verified.ExitCode.ShouldBe(0, verified.ToString());
        verified.Output.ShouldContain("8 golden answers match");
    }

    [Fact]
    public async Task TimeZoneLocaleUmaskAndOrderLeaveNoTrace()
    {
        using var scratch = new Scratch();
        var digests = new HashSet<string>
        {
            await DigestAsync(scratch, "a", "TZ=Pacific/Auckland LC_ALL=C umask 022"),
            await DigestAsync(scratch, "b", "TZ=America/St_Johns LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 HOME=/nonexistent umask 077"),
        };

        digests.ShouldHaveSingleItem();
    }

    [FactWhereRoot]
    public async Task AnotherUserLeavesNoTrace()
    {
        using var scratch = new Scratch();
        await Tool.RunAsync("chmod", "-R", "a+rX", scratch.Path);

        // The user needs to reach the program, wherever these tests run.
        (await Tool.RunAsync("cp", "-r", Path.GetDirectoryName(Built.Program)!, Path.Combine(scratch.Path, "program"))).ExitCode.ShouldBe(0);
        var mine = await DigestAsync(scratch, "mine", "umask 022");
        Directory.CreateDirectory(Path.Combine(scratch.Path, "theirs"));
        await Tool.RunAsync("chown", "65534:65534", Path.Combine(scratch.Path, "theirs"));

        var theirs = await DigestAsync(scratch, "theirs", "umask 022", Path.Combine(scratch.Path, "program", "fairlead"), "setpriv --reuid=65534 --regid=65534 --clear-groups");

        theirs.ShouldBe(mine);
    }

    [Fact]
    public async Task AChangedVersionAddsItsModelAloneAndAVerifiedImageThatWasTamperedWithFails()
    {
        await using var home = Built.NewHome();
        using var scratch = Scratch.Of("penguins");
        (await home.RunAsync("build", scratch.Path)).ExitCode.ShouldBe(0);
        scratch.Replace("fairlead.yaml", "version: 1.0.0", "version: 1.0.1");

        var second = await home.RunAsync("build", scratch.Path, "--output", "json");

        second.ExitCode.ShouldBe(0, second.ToString());
        var layers = JsonElement.Parse(second.Output).GetProperty("layers").EnumerateArray().ToList();
        layers.Select(l => l.GetProperty("reused").GetBoolean()).ShouldBe([true, true, true, false]);

        var blob = Path.Combine(home.Home, "images/blobs/sha256", layers[3].GetProperty("digest").GetString()!["sha256:".Length..]);
        var bytes = File.ReadAllBytes(blob);
        bytes[^9] ^= 1;
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(blob, bytes);
        var verified = await home.RunAsync("verify", "penguins:1.0.1");
        verified.ExitCode.ShouldBe(1, verified.ToString());
        verified.Output.ShouldContain("FL2330");
        (await home.RunAsync("verify", "penguins:1.0.0")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task ASecretBesideTheModelRefusesTheBuildAndIsNotRepeated()
    {
        await using var home = Built.NewHome();
        using var scratch = Scratch.Of("penguins");
        var secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6";
        scratch.Write("notes.txt", $"\n{secret}\n");

        var refused = await home.RunAsync("build", scratch.Path, "--output", "json");

        refused.ExitCode.ShouldBe(2, refused.ToString());
        JsonElement.Parse(refused.Output).GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("FL2320");
        refused.Errors.ShouldContain("notes.txt:2");
        refused.ToString().ShouldNotContain(secret);
        (await home.RunAsync("verify", "penguins:1.0.0")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task WhereNothingCanBeIsolatedTheServerIsCheckedAllTheSame()
    {
        using var scratch = Scratch.Of("penguins");
        var start = new ProcessStartInfo(Built.Program, ["build", scratch.Path]);
        start.Environment["FAIRLEAD_HOME"] = Path.Combine(scratch.Path, "home");
        start.Environment["PATH"] = "/nonexistent";

        var good = await Tool.RunAsync(start);
        scratch.Write("golden.json", GoldenAnswers.WithWrongSpecies(File.ReadAllText(Path.Combine(scratch.Path, "golden.json"))));
        var bad = await Tool.RunAsync(start);

        good.ExitCode.ShouldBe(0, good.ToString());
        good.Output.ShouldContain("8 golden answers match");
        bad.ExitCode.ShouldBe(1, bad.ToString());
        bad.Errors.ShouldContain("FL2314");
        Directory.EnumerateDirectories(Path.Combine(scratch.Path, "home/cache/roots")).ShouldBeEmpty();
    }

    [Fact]
    public async Task WhatAKilledBuildLeftIsRemovedByTheNext()
    {
        await using var home = Built.NewHome();
        var left = Path.Combine(home.Home, "cache/roots", $"{int.MaxValue}-killed");
        Directory.CreateDirectory(Path.Combine(left, "root"));

        (await home.RunAsync("build", Built.Example("penguins"))).ExitCode.ShouldBe(0);

        Directory.Exists(left).ShouldBeFalse();
    }

    [DockerFact]
    public async Task AUsersOwnDockerfileIsBuiltByDocker()
    {
        await using var home = Built.NewHome();
        using var scratch = new Scratch();
        scratch.Write("fairlead.yaml", "name: own\nversion: 1.0.0\nmodel: {dockerfile: .}\n");
        scratch.Write("Dockerfile", "FROM scratch\nCOPY hello /hello\nCOPY hello /again\nUSER 1000\n");
        scratch.Write("hello", "hello");

        var built = await home.RunAsync("build", scratch.Path);
        scratch.Write("Dockerfile", "FROM scratch\nCOPY nothing /hello\n");
        var wrong = await home.RunAsync("build", scratch.Path);

        built.ExitCode.ShouldBe(0, built.ToString());
        built.Output.ShouldContain("layer 2");
        (await home.RunAsync("verify", "own:1.0.0")).ExitCode.ShouldBe(0);
        wrong.ExitCode.ShouldBe(1, wrong.ToString());
        wrong.Errors.ShouldContain("FL2345");
        wrong.Errors.ShouldContain("nothing");
    }

    [Fact]
    public async Task ExportWritesADockerfileOnlyIntoAnEmptyFolder()
    {
        await using var home = Built.NewHome();
        using var scratch = new Scratch();
        var to = Path.Combine(scratch.Path, "out");

        var first = await home.RunAsync("export", "dockerfile", Built.Example("penguins"), "--to", to);
        var second = await home.RunAsync("export", "dockerfile", Built.Example("penguins"), "--to", to);

        first.ExitCode.ShouldBe(0, first.ToString());
        var dockerfile = File.ReadAllText(Path.Combine(to, "Dockerfile"));
        dockerfile.ShouldContain("FROM scratch\n");
        dockerfile.ShouldContain("USER 65532:65532\n");
        dockerfile.ShouldContain("HEALTHCHECK ");
        second.ExitCode.ShouldBe(1, second.ToString());
        second.Errors.ShouldContain("FL2340");
    }

    [FactWhereProgram("buildah", "apt-get install buildah")]
    public async Task AUsersOwnDockerfileIsBuiltByBuildahWhereNoDockerAnswers()
    {
        using var scratch = new Scratch();
        scratch.Write("fairlead.yaml", "name: own\nversion: 1.0.0\nmodel: {dockerfile: docker}\n");
        Directory.CreateDirectory(Path.Combine(scratch.Path, "docker"));
        scratch.Write("docker/Dockerfile", "FROM scratch\nCOPY hello /hello\nUSER 1000\n");
        scratch.Write("docker/hello", "hello");
        var start = new ProcessStartInfo(Built.Program, ["build", scratch.Path, "--output", "json"]);
        start.Environment["FAIRLEAD_HOME"] = Path.Combine(scratch.Path, "home");
        start.Environment["DOCKER_HOST"] = "unix:///nonexistent/docker.sock";

        var built = await Tool.RunAsync(start);

        built.ExitCode.ShouldBe(0, built.ToString());
        JsonElement.Parse(built.Output).GetProperty("layers").GetArrayLength().ShouldBe(1);
        built.Errors.ShouldContain("buildah");
        start.ArgumentList.Clear();
        foreach (var word in new[] { "verify", "own:1.0.0" }) start.ArgumentList.Add(word);
        (await Tool.RunAsync(start)).ExitCode.ShouldBe(0);
    }

    /// <summary>Builds a copy of the penguins into a home of its own, in a shell that is set up so.</summary>
    private static async Task<string> DigestAsync(Scratch scratch, string name, string setup, string? program = null, string runner = "env")
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch.Path, name, "model")).FullName;
        var files = Directory.EnumerateFiles(Built.Example("penguins")).Order(StringComparer.Ordinal).ToList();
        foreach (var file in name.Length % 2 == 0 ? files : files.AsEnumerable().Reverse()) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var (variables, umask) = (setup.Split("umask ")[0], setup.Split("umask ")[1]);
        var built = await Tool.RunAsync("sh", "-c", $"umask {umask}; cd /; exec {runner} env {variables} FAIRLEAD_HOME={scratch.Path}/{name}/home {program ?? Built.Program} build {folder} --output json");
        built.ExitCode.ShouldBe(0, built.ToString());
        return JsonElement.Parse(built.Output).GetProperty("digest").GetString()!;
    }
}
