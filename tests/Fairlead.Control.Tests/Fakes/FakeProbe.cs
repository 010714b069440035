using System.Collections.Concurrent;
using System.Net;
using Fairlead.Control.Readiness;

namespace Fairlead.Control.Tests.Fakes;

/// <summary>Answers for replicas by their address; what is not set answers as <see cref="Default"/> says.</summary>
internal sealed class FakeProbe : IReplicaProbe
{
    private readonly ConcurrentDictionary<IPEndPoint, ProbeAnswer> _answers = new();

    public ProbeAnswer Default { get; set; } = ProbeAnswer.Yes;

    public void Set(IPEndPoint address, ProbeAnswer answer) => _answers[address] = answer;

    public Task<ProbeAnswer> AskAsync(IPEndPoint address, string? path, CancellationToken cancellationToken) => Task.FromResult(_answers.GetValueOrDefault(address, Default));
}
