namespace Fairlead.Telemetry.Otlp;

/// <summary>What all of OTLP's messages share: the resource that they come from and attributes (opentelemetry.proto.common.v1).</summary>
internal static class OtlpCommon
{
    internal const string ScopeName = "fairlead";

    /// <summary>Begins ResourceSpans or ResourceMetrics with its resource, and the one scope in it.</summary>
    internal static (int Resource, int Scope) Begin(ProtoBuffer proto, IReadOnlyList<KeyValuePair<string, object>> resource)
    {
        var outer = proto.Begin(1);
        var attributes = proto.Begin(1);
        foreach (var attribute in resource) Attribute(proto, 1, attribute.Key, attribute.Value);
        proto.End(attributes);
        var inner = proto.Begin(2);
        var scope = proto.Begin(1);
        proto.Text(1, ScopeName);
        proto.End(scope);
        return (outer, inner);
    }

    internal static void End(ProtoBuffer proto, (int Resource, int Scope) begun)
    {
        proto.End(begun.Scope);
        proto.End(begun.Resource);
    }

    internal static void Attribute(ProtoBuffer proto, int field, string key, object value)
    {
        var pair = proto.Begin(field);
        proto.Text(1, key);
        var any = proto.Begin(2);
        switch (value)
        {
            case bool flag: proto.Number(2, flag ? 1 : 0); break;
            case long number: proto.Number(3, number); break;
            case double number: proto.Double(4, number); break;
            default: proto.Text(1, value.ToString()); break;
        }

        proto.End(any);
        proto.End(pair);
    }
}
