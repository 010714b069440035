using System.Collections;
using System.Reflection;

namespace Fairlead.Core.Tests.Manifests;

/// <summary>Lists properties of the manifest's records as paths such as <c>Scale.Targets.Cpu</c>.</summary>
internal static class RecordWalk
{
    /// <summary>All that there are.</summary>
    public static IEnumerable<string> All(Type record, string path = "") => Properties(record).SelectMany(p =>
        TypesIn(p.PropertyType).Where(IsRecord).SelectMany(t => All(t, $"{path}{p.Name}.")).Prepend(path + p.Name));

    /// <summary>Those that hold something.</summary>
    public static IEnumerable<string> Set(object record, string path = "") => Properties(record.GetType()).SelectMany(p =>
    {
        var values = ValuesIn(p.GetValue(record)).ToList();
        return values.Count == 0 ? [] : values.Where(v => IsRecord(v.GetType())).SelectMany(v => Set(v, $"{path}{p.Name}.")).Prepend(path + p.Name);
    });

    private static PropertyInfo[] Properties(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static IEnumerable<Type> TypesIn(Type type) => type.IsGenericType ? type.GetGenericArguments() : [type];

    private static IEnumerable<object> ValuesIn(object? value) => value switch
    {
        null => [],
        IEnumerable items and not string => items.Cast<object>(),
        _ => [value],
    };

    private static bool IsRecord(Type type) =>
        type.Namespace == "Fairlead.Core.Manifests" && type.GetMethod("<Clone>$") is not null;
}
