namespace Fairlead.Gateway.Retries;

/// <summary>Why an attempt gave no answer that can be passed on.</summary>
internal enum AttemptFailure
{
    None,

    /// <summary>Nobody listens: the request reached no replica.</summary>
    Refused,

    /// <summary>No connection in time: the request reached no replica, but its place was waited for.</summary>
    ConnectTimeout,

    /// <summary>The connection broke before the first byte of an answer; the replica may have seen the request.</summary>
    Broken,

    /// <summary>What came was no answer that could be passed on.</summary>
    Malformed,

    /// <summary>The replica was found not to answer its check while this request waited on it.</summary>
    Down,

    /// <summary>The replica answered 503 or 429: it does not take requests now.</summary>
    Unavailable,

    /// <summary>The route's time is over.</summary>
    Deadline,

    /// <summary>The client went away or broke its own request off.</summary>
    Client,
}
