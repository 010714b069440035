namespace Fairlead.Training.Files;

/// <summary>Where the repository lies.</summary>
public static class ExamplesFolder
{
    /// <summary>Looked for upwards from the running program, which is built below the repository's root.</summary>
    /// <exception cref="DirectoryNotFoundException">The program was moved out of the repository.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "fairlead.slnx"))) return Path.Combine(folder.FullName, "examples");
        }

        throw new DirectoryNotFoundException("No folder above the program has fairlead.slnx: run it from a clone of the repository, with dotnet run.");
    }

    /// <summary>A file of an npm package that the build restored.</summary>
    public static string Package(string examplesFolder, string path) => Path.Combine(examplesFolder, "node_modules", path);
}
