using Fairlead.Core.Units;
using static Fairlead.ModelServer.Settings.SettingTypes;

namespace Fairlead.ModelServer.Settings;

internal static class SampleSettings
{
    public static readonly Setting[] All =
    [
        Text("FAIRLEAD_SAMPLE_FILE", "sample_file", "none", "a file", static (o, v) => o with { Samples = o.Samples with { File = v } }),
        new("FAIRLEAD_SAMPLE_SHARE", "sample_share", "1%", "a percentage from 0% to 100%", static (o, v) => Share.TryParse(v, out var share) && share.Percent <= 100 ? o with { Samples = o.Samples with { Share = share } } : null),
        Text("FAIRLEAD_SAMPLE_REDACT", "sample_redact", "none", "names with commas between, or * for all", static (o, v) => o with { Samples = o.Samples with { Redact = v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) } }),
        Size("FAIRLEAD_SAMPLE_LIMIT", "sample_limit", "64MiB", "64KiB", "1GiB", static (o, v) => o with { Samples = o.Samples with { Limit = v } }),
    ];
}
