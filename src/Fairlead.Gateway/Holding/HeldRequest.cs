namespace Fairlead.Gateway.Holding;

/// <summary>One request in a <see cref="HoldLine"/>: it waits, or it was let go and has no answer yet.</summary>
internal sealed class HeldRequest
{
    /// <summary>What a connection takes from its client before somebody reads it.</summary>
    public const int MostUnread = 1 << 20;

    private TaskCompletionSource _turn = New();

    public HeldRequest(HoldLine line, long? bodyLength, bool hasBody)
    {
        Line = line;
        Bytes = hasBody ? (int)Math.Min(bodyLength ?? MostUnread, MostUnread) : 0;
        Place = new LinkedListNode<HeldRequest>(this);
    }

    public HoldLine Line { get; }

    /// <summary>What it may have sent that nobody has read.</summary>
    public int Bytes { get; }

    /// <summary>In the line, when it waits.</summary>
    public LinkedListNode<HeldRequest> Place { get; }

    /// <summary>It was let go. Under the line's lock.</summary>
    public bool IsOut { get; set; }

    /// <summary>Completes when it is let go, or need not wait longer.</summary>
    public Task Turn => _turn.Task;

    public void Wake() => _turn.TrySetResult();

    /// <summary>It waits again.</summary>
    public void WaitAnew() => _turn = New();

    /// <summary>It is on its way, or waits for its client: the next may go.</summary>
    public void Pass() => Line.Pass(this);

    /// <summary>It is answered, or its client is gone.</summary>
    public void Leave() => Line.Leave(this);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
