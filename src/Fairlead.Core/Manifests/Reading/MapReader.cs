using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Takes values out of one map. A value that cannot be read is in the log and reads as absent.</summary>
internal sealed class MapReader(YamlMap map, ProblemLog problems)
{
    public bool Has(Key key) => map.Find(key.Name) is not null;

    public T Get<TOwner, T>(Key<TOwner, T> key, T fallback)
        where T : notnull => TryGet(key, out var value) ? value : fallback;

    /// <summary>Of a key that is required: null only when the log holds why, and then nobody sees the record.</summary>
    public T Need<TOwner, T>(Key<TOwner, T> key)
        where T : notnull => TryGet(key, out var value) ? value : default!;

    public T? Find<TOwner, T>(Key<TOwner, T> key)
        where T : class => TryGet(key, out var value) ? value : null;

    public T? FindValue<TOwner, T>(Key<TOwner, T> key)
        where T : struct => TryGet(key, out var value) ? value : null;

    /// <summary>The map under a key, for a check between sections; null when there is none.</summary>
    public MapReader? Below(Key key) => map.Find(key.Name) is YamlMap below ? new MapReader(below, problems) : null;

    public void Report(Key key, Problem problem)
    {
        var at = map.Find(key.Name) ?? map;
        problems.Add(at.Line, at.Path, problem);
    }

    /// <summary>For a problem of the map itself, such as a choice that was not made.</summary>
    public void Report(Problem problem) => problems.Add(map.Line, map.Path, problem);

    /// <summary>Reports each of <paramref name="keys"/> that is there.</summary>
    public void Refuse(IEnumerable<Key> keys, Func<Key, Problem> problem)
    {
        foreach (var key in keys.Where(Has)) Report(key, problem(key));
    }

    private bool TryGet<TOwner, T>(Key<TOwner, T> key, out T value)
        where T : notnull
    {
        value = default!;
        return map.Find(key.Name) is { } node && key.Type.TryRead(node, problems, out value!);
    }
}
