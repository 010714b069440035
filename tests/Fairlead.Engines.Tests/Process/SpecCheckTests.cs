using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;

namespace Fairlead.Engines.Tests.Process;

public sealed class SpecCheckTests : EngineTest
{
    [Fact]
    public void EverythingWrongIsFoundAtOnce()
    {
        var spec = Home.Command("no-such-program") with
        {
            Volumes = [new VolumeSpec("cache", "/cache", null)],
            Resources = new ResourceSpec(Gpu: 1),
            Secrets = ["MISSING"],
            Environment = new Dictionary<string, string> { ["PORT"] = "1" },
            Files = [new FileSpec("missing.json", "/etc/app.json"), new FileSpec("../outside", "../up")],
        };

        Codes(spec).ShouldBe(["FL3002", "FL3003", "FL3009", "FL3006", "FL3004", "FL3004", "FL3005", "FL3005", "FL3010"]);
    }

    [Fact]
    public void ContentThatIsGoneIsSaid()
    {
        Directory.Delete(Home.Home.ContentOf(Home.Content));

        Codes(Home.Shell("exit 0")).ShouldBe(["FL3008"]);
    }

    [Fact]
    public void AnEmptyCommandIsRefused() => Codes(Home.Command()).ShouldBe(["FL3016"]);

    [Fact]
    public void AServerThatIsNotThereIsSaid()
    {
        var engine = Home.Open(o => o with { ServerProgram = "/no/fairlead-server" });

        engine.Check(Home.Shell("") with { Workload = new Workload.Model(Home.Content) }).ShouldHaveSingleItem().Message.ShouldContain("/no/fairlead-server");
    }

    [Fact]
    public void ASecretFileThatOthersMayReadIsRefusedAndOneOfTheOwnersIsTaken()
    {
        Directory.CreateDirectory(Home.Home.Secrets);
        var file = Path.Combine(Home.Home.Secrets, "API_KEY");
        File.WriteAllText(file, "value\n");
        var spec = Home.Shell("exit 0") with { Secrets = ["API_KEY"] };

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Codes(spec).ShouldBe(["FL3007"]);

        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Codes(spec).ShouldBeEmpty();
    }

    [Fact]
    public void AProgramThatIsLaidInByFilesIsFound()
    {
        File.WriteAllText(Path.Combine(Home.Home.ContentOf(Home.Content), "run.sh"), "#!/bin/sh\n");

        Codes(Home.Command("./bin/run") with { Files = [new FileSpec("run.sh", "bin/run")] }).ShouldBeEmpty();
    }

    private IEnumerable<string> Codes(ReplicaSpec spec) => Home.Open().Check(spec).Select(p => p.Code);
}
