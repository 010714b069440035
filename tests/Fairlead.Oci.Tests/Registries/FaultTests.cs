using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

/// <summary>Real traffic between this client and a real registry, with harm done to it on the way.</summary>
public sealed class FaultTests : RegistryTestBase
{
    private const string Repository = "models/penguins";
    private const int Size = (5 << 20) + 3;

    public static TheoryData<string, string, Fault[]> Faults { get; } = new()
    {
        { "HEAD", "/blobs/", [Busy(), Failing()] },
        { "POST", "/blobs/uploads/", [Busy(), Failing(), new Fault.CutAnswer(0)] },
        { "PATCH", "/blobs/uploads/", [new Fault.CutRequest(300_000)] },
        { "PATCH", "/blobs/uploads/", [new Fault.CutRequest(0), new Fault.CutRequest(1), new Fault.CutRequest(999_999)] },
        { "PATCH", "/blobs/uploads/", [new Fault.CutAnswer(0)] },
        { "PATCH", "/blobs/uploads/", [Busy(), Failing(), new Fault.Status(503)] },
        { "PATCH", "/blobs/uploads/", [new Fault.Status(416), new Fault.Status(404)] },
        { "PATCH", "/blobs/uploads/", [new Fault.Late(TimeSpan.FromMilliseconds(300))] },
        { "PUT", "/blobs/uploads/", [new Fault.CutRequest(0), new Fault.CutAnswer(0), Busy(), Failing()] },
        { "GET", "/blobs/uploads/", [Busy(), Failing(), new Fault.CutAnswer(0)] },
        { "HEAD", "/manifests/", [Busy(), Failing(), new Fault.CutAnswer(0)] },
        { "PUT", "/manifests/", [Busy(), Failing(), new Fault.CutRequest(10), new Fault.CutAnswer(0)] },
        { "GET", "/manifests/", [Busy(), Failing(), new Fault.CutAnswer(20)] },
        { "GET", "/blobs/sha256", [Busy(), Failing(), new Fault.CutAnswer(100), new Fault.CutAnswer(0), new Fault.Late(TimeSpan.FromMilliseconds(300))] },
    };

    [RegistryTheory]
    [MemberData(nameof(Faults))]
    public async Task PushAndPullComplete_WithEveryDigestRight_TheTagLast(string method, string part, Fault[] faults)
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        var image = await ImageAsync(size: Size);
        // The status of an upload is only asked for after a failure.
        if (method == "GET" && part == "/blobs/uploads/") proxy.On("PATCH", part, new Fault.Status(500));
        proxy.On(method, part, faults);

        var pushed = await PushAsync($"{proxy.Address}/{Repository}");
        var pulled = await PullAsync($"{proxy.Address}/{Repository}:1.0.0");

        pushed.Problems.ShouldBeEmpty();
        pulled.Problems.ShouldBeEmpty();
        pulled.Value.Image.Manifest.Digest.ShouldBe(image.Manifest.Digest);
        await VerifyAsync(There.Store);
        proxy.Pending.ShouldBe(0, "every fault has happened");
        var writes = proxy.Seen.Where(r => r.Method is "PATCH" or "PUT").ToList();
        writes.FindIndex(r => r.Path.Contains("/manifests/", StringComparison.Ordinal)).ShouldBeGreaterThan(writes.FindLastIndex(r => r.Path.Contains("/blobs/", StringComparison.Ordinal)));
    }

    [RegistryFact]
    public async Task APushThatEndsHalfWayLeavesNoTag_AndTheNextSendsOnlyTheRest()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: Size);
        proxy.On("PATCH", "/blobs/uploads/", new Fault.Late(TimeSpan.Zero), new Fault.Late(TimeSpan.Zero), new Fault.Status(403));

        var refused = await PushAsync($"{proxy.Address}/{Repository}");
        var absent = await PullAsync($"{registry.Address}/{Repository}:1.0.0");
        var second = await PushAsync($"{proxy.Address}/{Repository}");

        refused.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7311");
        absent.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7316");
        There.Store.List().Value.ShouldBeEmpty();
        second.Value.Blobs.Count(b => b.State == Oci.Registries.Transfers.TransferState.Present).ShouldBe(1, "the configuration had arrived");
        (await PullAsync($"{registry.Address}/{Repository}:1.0.0")).IsOk.ShouldBeTrue();
    }

    [RegistryFact]
    public async Task AFailureBetweenPiecesIsGoneOnFrom_NothingIsSentTwice()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: Size);
        proxy.On("PATCH", "/blobs/uploads/", new Fault.Late(TimeSpan.Zero), new Fault.Late(TimeSpan.Zero), new Fault.Status(500));

        var pushed = await PushAsync($"{proxy.Address}/{Repository}");

        var layer = pushed.Value.Blobs.Max(b => b.Blob.Size);
        proxy.Seen.Where(r => r.Method == "PATCH" && r.Status == 202).Sum(r => r.BodyBytes).ShouldBe(layer);
        proxy.Seen.Count(r => r.Is("POST", "/blobs/uploads/")).ShouldBe(2, "one for each blob");
    }

    [Fact]
    public async Task APieceCutInTheMiddleIsGoneOnFrom_WhereTheRegistryKeptWhatArrived()
    {
        await using var registry = await SpecRegistry.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: Size);
        proxy.On("PATCH", "/blobs/uploads/", new Fault.Late(TimeSpan.Zero), new Fault.CutRequest(300_000), new Fault.CutAnswer(0));

        var pushed = await PushAsync($"{proxy.Address}/{Repository}");

        var layer = pushed.Value.Blobs.Max(b => b.Blob.Size);
        proxy.Seen.Count(r => r.Is("GET", "/blobs/uploads/")).ShouldBe(2);
        // What the proxy had read ahead of the cut is lost on its way; all else counts once.
        proxy.Seen.Where(r => r.Method == "PATCH").Sum(r => r.BodyBytes).ShouldBeInRange(layer, layer + 300_000);
        (await PullAsync($"{registry.Address}/{Repository}:1.0.0")).IsOk.ShouldBeTrue();
        await VerifyAsync(There.Store);
    }

    [RegistryFact]
    public async Task ADownloadThatIsCutGoesOnWhereItStopped()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: Size);
        var pushed = (await PushAsync($"{registry.Address}/{Repository}")).Value;
        var layer = pushed.Blobs.MaxBy(b => b.Blob.Size)!.Blob;
        proxy.On("GET", layer.Digest.Value, new Fault.CutAnswer(1_000_000), new Fault.CutAnswer(2_000_000), new Fault.Status(416));

        (await PullAsync($"{proxy.Address}/{Repository}:1.0.0")).Problems.ShouldBeEmpty();

        var ranges = proxy.Seen.Where(r => r.Is("GET", layer.Digest.Value)).Select(r => r.Range).ToList();
        ranges[0].ShouldBe("");
        ranges[1].ShouldMatch("bytes=[1-9][0-9]*-");
        ranges[^1].ShouldBe("", "what the registry does not go on with begins anew");
        await VerifyAsync(There.Store);
    }

    [Theory]
    [InlineData("a blob")]
    [InlineData("the manifest")]
    public async Task WhatWasTamperedWithOnTheWayIsRefusedAndDeleted(string what)
    {
        await using var registry = await SpecRegistry.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: Size);
        var pushed = (await PushAsync($"{registry.Address}/{Repository}")).Value;
        var layer = pushed.Blobs.MaxBy(b => b.Blob.Size)!.Blob;
        proxy.On("GET", what == "a blob" ? layer.Digest.Value : "/manifests/", new Fault.Tamper());

        var pulled = await PullAsync(what == "a blob" ? $"{proxy.Address}/{Repository}:1.0.0" : $"{proxy.Address}/{Repository}@{pushed.Digest}");

        pulled.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7319");
        There.Store.List().Value.ShouldBeEmpty();
        File.Exists(There.Store.Layout.BlobOf(layer.Digest)).ShouldBeFalse();
        Directory.GetFiles(There.Home.Images, "blob-*", SearchOption.AllDirectories).ShouldBeEmpty();
        await VerifyAsync(There.Store);
    }

    [RegistryFact]
    public async Task WhatWasTamperedWithInTheRegistryIsRefusedAndDeleted()
    {
        await using var registry = await RegistryServer.StartAsync();
        await ImageAsync(size: Size);
        var layer = (await PushAsync($"{registry.Address}/{Repository}")).Value.Blobs.MaxBy(b => b.Blob.Size)!.Blob;
        var file = registry.BlobFile(layer.Digest.Hex);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var pulled = await PullAsync($"{registry.Address}/{Repository}:1.0.0");

        var problem = pulled.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7319");
        problem.Message.ShouldContain(layer.Digest.Value);
        There.Store.Layout.AllBlobs().ShouldNotContain(layer.Digest);
        There.Store.List().Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task ARegistryThatStaysAwayIsToldAfterSeveralTries()
    {
        await using var registry = await SpecRegistry.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await ImageAsync(size: 100);
        proxy.On("HEAD", "", [.. Enumerable.Repeat(new Fault.Status(503), 20)]);

        var problem = (await PushAsync($"{proxy.Address}/{Repository}")).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL7308");
        problem.Message.ShouldContain("503");
        proxy.Seen.Count.ShouldBe(8);
    }

    private static Fault.Status Busy() => new(429, "Retry-After", "0");

    private static Fault.Status Failing() => new(500);
}
