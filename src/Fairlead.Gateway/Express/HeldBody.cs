using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Replicas;

namespace Fairlead.Gateway.Express;

/// <summary>A body that is there already, all of it.</summary>
internal sealed class HeldBody : RequestBody
{
    private ReadOnlyMemory<byte> _bytes;

    public override bool CanReplay => true;

    public override bool IsHeld => true;

    public override ReadOnlyMemory<byte> Held => _bytes;

    public override long? Length => _bytes.IsEmpty ? null : _bytes.Length;

    public HeldBody Of(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        return this;
    }

    public override ValueTask<bool> HoldAsync(Interruption stop) => new(true);

    public override ValueTask<bool> StreamAsync(ReplicaConnection replica, Interruption stop) => throw new InvalidOperationException("It is sent with the head.");

    public override void Dispose() => _bytes = default;
}
