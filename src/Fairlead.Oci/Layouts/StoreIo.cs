using Fairlead.Core.Results;

namespace Fairlead.Oci.Layouts;

/// <summary>The one place where faults of the store's disk become problems.</summary>
internal static class StoreIo
{
    // errno ENOSPC and EDQUOT
    private static readonly int[] NoSpace = [28, 122];

    public static async Task<Result<T>> GuardAsync<T>(string store, Func<Task<Result<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Translate(store, e);
        }
    }

    public static Problem Translate(string store, Exception exception) => exception switch
    {
        StoreBusyException busy => OciProblems.StoreBusy(busy.LockFile),
        _ when NoSpace.Contains(exception.HResult & 0xFFFF) => OciProblems.StoreFull(store, exception.Message),
        _ => OciProblems.StoreNotWritable(store, exception.Message),
    };
}
