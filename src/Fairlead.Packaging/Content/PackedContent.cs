using Fairlead.Core.Identity;

namespace Fairlead.Packaging;

/// <summary>A folder in the content store.</summary>
/// <param name="Folder">Its path in the store.</param>
/// <param name="Bytes">Of all its files.</param>
public sealed record PackedContent(Digest Digest, string Folder, long Bytes, int Files);
