using System.Text;
using Fairlead.Core.Identity;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Tests.Images;

public class OciJsonTests
{
    private static readonly Digest Zero = Digest.Parse($"sha256:{new string('0', 64)}");

    [Fact]
    public void AManifestIsWrittenInOneForm()
    {
        var manifest = new ImageManifest
        {
            Config = new Descriptor { MediaType = MediaTypes.Config, Digest = Zero, Size = 2 },
            Layers = [new Descriptor { MediaType = MediaTypes.Layer, Digest = Zero, Size = 3 }.With("b", "2").With("a", "1")],
            Annotations = new Dictionary<string, string> { ["z"] = "ä+<", ["Z"] = "1" },
        };

        Encoding.UTF8.GetString(OciJson.Write(manifest)).ShouldBe(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Zero}}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{Zero}}}","size":3,"annotations":{"a":"1","b":"2"}}],"annotations":{"Z":"1","z":"ä+<"}}""");
    }

    [Fact]
    public void AConfigurationUsesTheNamesOfTheSpecification()
    {
        var config = new ImageConfig
        {
            Created = DateTimeOffset.UnixEpoch,
            Architecture = "amd64",
            OperatingSystem = "linux",
            Run = new RunConfig
            {
                User = "65532",
                ExposedPorts = new Dictionary<string, EmptyObject> { ["8080/tcp"] = EmptyObject.Value },
                Entrypoint = ["/app/fairlead-server"],
                Labels = new Dictionary<string, string> { [AnnotationKeys.Version] = "1.0.0" },
                StopSignal = "SIGTERM",
            },
            RootFileSystem = new RootFileSystem { DiffIds = [Zero] },
            History = [new HistoryEntry { Created = DateTimeOffset.UnixEpoch, CreatedBy = "fairlead build" }],
        };

        Encoding.UTF8.GetString(OciJson.Write(config)).ShouldBe(
            $$$"""{"created":"1970-01-01T00:00:00Z","architecture":"amd64","os":"linux","config":{"User":"65532","ExposedPorts":{"8080/tcp":{}},"Entrypoint":["/app/fairlead-server"],"Labels":{"org.opencontainers.image.version":"1.0.0"},"StopSignal":"SIGTERM"},"rootfs":{"type":"layers","diff_ids":["{{{Zero}}}"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"fairlead build"}]}""");
    }

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        var config = new ImageConfig { Architecture = "arm64", OperatingSystem = "linux", RootFileSystem = new RootFileSystem { DiffIds = [Zero] }, Created = DateTimeOffset.UnixEpoch.AddTicks(1) };

        var read = OciJson.ReadConfig(OciJson.Write(config), "It").Value;

        OciJson.Write(read).ShouldBe(OciJson.Write(config));
        read.Created.ShouldBe(config.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"layers":[]}""")]
    [InlineData("""{"config":null,"layers":[]}""")]
    [InlineData("""{"config":{"mediaType":"x","digest":"md5:1","size":1},"layers":[]}""")]
    [InlineData("""{"config":{"mediaType":"x","size":1},"layers":[]}""")]
    [InlineData("""{"config":{"mediaType":"x","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":"many"},"layers":[]}""")]
    public void AManifestThatIsNoneIsAProblemThatNamesIt(string json)
    {
        var problem = OciJson.ReadManifest(Encoding.UTF8.GetBytes(json), "The manifest of x").Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL7101");
        problem.Message.ShouldStartWith("The manifest of x cannot be understood");
    }

    [Theory]
    [InlineData("penguins:1.4.0", "penguins", "1.4.0")]
    [InlineData("a-b.c_d/e:latest", "a-b.c_d/e", "latest")]
    public void ImageNames(string text, string name, string version)
    {
        var parsed = ImageName.Parse(text);

        (parsed.Name, parsed.Version, parsed.ToString()).ShouldBe((name, version, text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("penguins")]
    [InlineData("Penguins:1")]
    [InlineData("penguins:")]
    [InlineData(":1")]
    [InlineData("penguins:1\n")]
    [InlineData("../x:1")]
    public void WhatIsNoImageName(string? text) => ImageName.TryParse(text, out _).ShouldBeFalse();
}
