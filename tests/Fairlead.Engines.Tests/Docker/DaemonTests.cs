using System.Buffers.Binary;
using System.Text;
using Fairlead.Engines.Docker;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Daemons;
using Fairlead.Engines.Docker.Images;
using Fairlead.Engines.Docker.Logs;

namespace Fairlead.Engines.Tests.Docker;

public sealed class DaemonTests
{
    [Theory]
    [InlineData(null, "unix:///var/run/docker.sock")]
    [InlineData("", "unix:///var/run/docker.sock")]
    [InlineData("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock")]
    [InlineData("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375")]
    [InlineData("tcp://localhost", "tcp://localhost:2375")]
    public void AHostIsASocketOrAnAddressOfThisMachine(string? given, string read) => DockerHost.Parse(given).Value.ToString().ShouldBe(read);

    [Theory]
    [InlineData("tcp://10.0.0.1:2375", "FL3032")]
    [InlineData("ssh://me@there", "FL3032")]
    [InlineData("docker.sock", "FL3031")]
    [InlineData("npipe:////./pipe/docker_engine", "FL3031")]
    public void AnotherMachinesDaemonIsRefused(string given, string code) => DockerHost.Parse(given).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);

    [Theory]
    [InlineData("1.12", "1.41", "1.41")]
    [InlineData("1.24", "1.47", "1.47")]
    [InlineData("1.44", "1.52", "1.47")]
    [InlineData("1.12", "1.40", null)]
    [InlineData("1.48", "1.60", null)]
    public void TheNewestVersionThatBothKnowIsSpoken(string oldest, string newest, string? agreed)
    {
        ApiVersion.TryParse(oldest, out var low).ShouldBeTrue();
        ApiVersion.TryParse(newest, out var high).ShouldBeTrue();
        ApiVersion.Agree(low, high)?.ToString().ShouldBe(agreed);
        (ApiVersion.Agree(low, high) is null).ShouldBe(agreed is null);
    }

    [Theory]
    [InlineData("a", "a", null, false)]
    [InlineData("a:1", "a", "1", false)]
    [InlineData("localhost:5000/team/a", "localhost:5000/team/a", null, false)]
    [InlineData("localhost:5000/team/a:1.0", "localhost:5000/team/a", "1.0", false)]
    [InlineData("a:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "a", "1", true)]
    public void AReferenceIsTakenApart(string reference, string repository, string? tag, bool digest)
    {
        var parts = ImageReferenceParts.Of(reference);
        (parts.Repository, parts.Tag, parts.Digest is not null).ShouldBe((repository, tag, digest));
        parts.ToString().ShouldBe(reference);
    }

    [Theory]
    [InlineData("--iptables=false", true)]
    [InlineData("-iptables=0", true)]
    [InlineData("--iptables=true", false)]
    [InlineData("--iptables", false)]
    public void ADaemonThatSetsNoRulesIsKnownByItsCommandLine(string argument, bool off) => DaemonFirewall.SwitchedOff(["dockerd", argument]).ShouldBe(off);

    [Theory]
    [InlineData("""{"iptables": false}""", true)]
    [InlineData("""{"iptables": true}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("not json", false)]
    [InlineData("", false)]
    public void OrByItsConfiguration(string json, bool off) => DaemonFirewall.SwitchedOffIn(json).ShouldBe(off);

    [Fact]
    public async Task FramesOfTheLogAreReadInOrderHoweverTheyComeAndToTheirEnd()
    {
        byte[] bytes = [.. Frame(1, "one\ntw"), .. Frame(2, "error\n"), .. Frame(1, "o\n"), .. Frame(1, "cut").AsSpan(0, 9)];
        var read = new List<string>();

        await foreach (var (stream, piece) in LogFrames.ReadAsync(new TrickleStream(bytes), CancellationToken.None)) read.Add($"{stream}{Encoding.UTF8.GetString(piece.Span)}");

        string.Concat(read.Where(r => r[0] == '1').Select(r => r[1..])).ShouldBe("one\ntwo\nc");
        string.Concat(read.Where(r => r[0] == '2').Select(r => r[1..])).ShouldBe("error\n");
    }

    [Fact]
    public async Task WhatIsNoFrameIsRefused() =>
        await Should.ThrowAsync<InvalidDataException>(async () =>
        {
            await foreach (var _ in LogFrames.ReadAsync(new MemoryStream("plain text of a terminal"u8.ToArray()), CancellationToken.None))
            {
            }
        });

    private static byte[] Frame(byte stream, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var frame = new byte[8 + content.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)content.Length);
        content.CopyTo(frame, 8);
        return frame;
    }

    /// <summary>Gives a byte at a time.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
