namespace Fairlead.Sockets;

/// <summary>
/// For whoever knows that so many bytes of one thing follow, and has a place for them: they are received there, which spares
/// a copy of each. The connection's input gets as many bytes in their place, of no meaning, so that whoever counts what
/// arrives (a body's length, its rate, what is left of it) counts on.
/// </summary>
internal interface IPlacedInputFeature
{
    /// <summary>
    /// What arrives next goes there, until it is full. All that has arrived before must have been read: that can be known on
    /// the connection's loop alone, and it is false anywhere else.
    /// </summary>
    bool TryPlace(Memory<byte> place);

    /// <summary>Nothing is written there any more. From any thread, and also when nothing was to be.</summary>
    void EndPlacing();
}
