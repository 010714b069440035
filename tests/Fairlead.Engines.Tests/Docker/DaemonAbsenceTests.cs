using Fairlead.Core.Engines;
using Fairlead.Engines.Docker;
using Fairlead.Testing.Time;

namespace Fairlead.Engines.Tests.Docker;

public sealed class DaemonAbsenceTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly DaemonAbsence _absence;

    public DaemonAbsenceTests() => _absence = new DaemonAbsence(_time);

    [Theory]
    [InlineData(0, null)]
    [InlineData(255, null)]
    [InlineData(null, "SIGTERM")]
    [InlineData(null, "SIGKILL")]
    public void WhatADaemonDoesToItsContainersWhileItGoesIsItsDoing(int? code, string? signal)
    {
        Went();

        _absence.Explain(Exit(code, signal)).Cause.ShouldNotBeNull().ShouldContain("Docker daemon");
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(null, "SIGSEGV")]
    public void ACrashWhileItIsAwayIsTheReplicasOwn(int? code, string? signal)
    {
        Went();

        _absence.Explain(Exit(code, signal)).Cause.ShouldBeNull();
    }

    [Fact]
    public void AKillForMemoryIsTheKernels()
    {
        Went();

        _absence.Explain(Exit(null, "SIGKILL") with { OutOfMemory = true }).Cause.ShouldBeNull();
    }

    [Fact]
    public void AnEndFromBeforeItWentIsNotItsDoing()
    {
        Went();

        _absence.Explain(Exit(null, "SIGKILL") with { At = _time.GetUtcNow() - TimeSpan.FromMinutes(5) }).Cause.ShouldBeNull();
    }

    [Fact]
    public void ADaemonThatWasThereAllTheTimeExplainsNothing()
    {
        _absence.Seen();
        _absence.Explain(Exit(null, "SIGKILL")).Cause.ShouldBeNull();

        _absence.Lost();
        _absence.Seen();
        _absence.Explain(Exit(null, "SIGKILL")).Cause.ShouldBeNull();
    }

    [Fact]
    public void OfADaemonThatWasNeverSeenNothingIsKnown()
    {
        _absence.Lost();

        _absence.Explain(Exit(0, null)).Cause.ShouldBeNull();
    }

    private void Went()
    {
        _absence.Seen();
        _time.Advance(TimeSpan.FromMinutes(1));
        _absence.Lost();
    }

    private ReplicaExit Exit(int? code, string? signal) => new(_time.GetUtcNow(), code, signal, false, []);
}
