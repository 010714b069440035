namespace Fairlead.Oci.Layers;

/// <summary>A layer as it is asked for. Equal specs on equal files give equal bytes.</summary>
/// <param name="Title">For people, such as <c>model</c>; the layer descriptor's title annotation. No part of the layer's bytes.</param>
/// <param name="Entries">In any order; each path once.</param>
/// <param name="Timestamp">The modification time of every entry; whole seconds count.</param>
public sealed record LayerSpec(string Title, IReadOnlyList<LayerEntry> Entries, DateTimeOffset Timestamp);
