namespace Fairlead.Bench.Gateway;

/// <param name="Bytes">Of each request's body, and of its answer's.</param>
/// <param name="Close">A connection per request.</param>
internal sealed record Load(int Connections, int Bytes, bool Close)
{
    public override string ToString() => $"{Connections} connections, {(Bytes < 1000 ? $"{Bytes} B" : $"{Bytes / 1000} KB")}{(Close ? ", not kept" : "")}";
}
