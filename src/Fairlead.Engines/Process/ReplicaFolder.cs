using System.Text.Json;
using Fairlead.Engines.Disks;

namespace Fairlead.Engines.Process;

/// <summary>A replica's folder, <c>run/replicas/ID</c>. Its path is also the mark in the replica's environment.</summary>
internal sealed record ReplicaFolder(string Root)
{
    /// <summary>The environment variable with <see cref="Root"/>, by which a replica is found that no record names yet.</summary>
    public const string Mark = "FAIRLEAD_RUN";

    private const int MostAttempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string RecordFile => Path.Combine(Root, "replica.json");

    public string Work => Path.Combine(Root, "work");

    public string Temporary => Path.Combine(Root, "tmp");

    public void Create()
    {
        foreach (var folder in (ReadOnlySpan<string>)[Path.GetDirectoryName(Path.GetDirectoryName(Root)!)!, Path.GetDirectoryName(Root)!, Root, Work, Temporary])
        {
            Directory.CreateDirectory(folder, OwnerOnly);
        }
    }

    /// <summary>
    /// Whole or not at all: the rename replaces the old record in one step. Not flushed to the disk: a record means
    /// something only until the machine stops, and until then the kernel keeps it.
    /// </summary>
    public void Save(ReplicaRecord record)
    {
        var next = RecordFile + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, record, ProcessEngineJson.Default.ReplicaRecord);
        }

        File.Move(next, RecordFile, overwrite: true);
    }

    /// <summary>Null when there is none or it cannot be read.</summary>
    public ReplicaRecord? Load()
    {
        try
        {
            using var file = File.OpenRead(RecordFile);
            return JsonSerializer.Deserialize(file, ProcessEngineJson.Default.ReplicaRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public void Delete()
    {
        // A drill that was killed left it full.
        SmallMount.TakeAway(Temporary);
        for (var attempt = 1; Directory.Exists(Root); attempt++)
        {
            try
            {
                Directory.Delete(Root, recursive: true);
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // A record was being written while the folder was emptied; whoever wrote it has ended.
            }
        }
    }
}
