using Fairlead.Core.Manifests.Reading;

namespace Fairlead.Core.Manifests.Yaml;

/// <summary>What is checked in the text itself, before it is parsed.</summary>
internal static class YamlText
{
    /// <summary>
    /// Characters that YAML does not allow (YAML 1.2, 5.1). The parser takes a NUL for the end of the file, so that what
    /// follows it would be left out without a word.
    /// </summary>
    public static bool Refuses(string text, ProblemLog problems)
    {
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') line++;
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (!pair && !IsAllowed(text[i]))
            {
                problems.Add(line, "", ManifestProblems.ForbiddenCharacter(text[i]));
                return true;
            }

            if (pair) i++;
        }

        return false;
    }

    /// <summary>The first line whose indentation holds a tab; 0 when there is none.</summary>
    public static int LineIndentedWithTab(string text)
    {
        var lines = text.Split('\n');
        return 1 + Array.FindIndex(lines, l => l.AsSpan(0, l.Length - l.AsSpan().TrimStart().Length).Contains('\t'));
    }

    /// <summary>A character that a value may hold wherever it goes: a file's path, an environment variable, JSON.</summary>
    public static bool IsAllowed(char c) =>
        c is '\t' or '\n' or '\r' || (!char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF' or '\uFEFF'));
}
