namespace Fairlead.Sockets;

/// <summary>One moment to be told of, over and over again; belongs to the <see cref="LoopDeadlines"/> it is set in while it is set.</summary>
/// <param name="due">Called on the loop's thread.</param>
internal sealed class Deadline(Action<object?> due, object? state)
{
    internal DeadlineLine? Line { get; set; }

    internal Deadline? Previous { get; set; }

    internal Deadline? Next { get; set; }

    internal long At { get; set; }

    internal void Fall() => due(state);
}

/// <summary>Deadlines of one length, in the order in which they were set, which is that in which they fall.</summary>
internal sealed class DeadlineLine
{
    public long Length { get; set; }

    public Deadline? First { get; private set; }

    private Deadline? _last;

    public void Add(Deadline deadline)
    {
        (deadline.Line, deadline.Previous, deadline.Next) = (this, _last, null);
        if (_last is null) First = deadline;
        else _last.Next = deadline;
        _last = deadline;
    }

    public void Remove(Deadline deadline)
    {
        if (deadline.Previous is null) First = deadline.Next;
        else deadline.Previous.Next = deadline.Next;
        if (deadline.Next is null) _last = deadline.Previous;
        else deadline.Next.Previous = deadline.Previous;
        (deadline.Line, deadline.Previous, deadline.Next) = (null, null, null);
    }
}
