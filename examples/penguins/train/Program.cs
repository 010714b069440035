using Fairlead.Training.Files;
using Penguins.Train;

var folder = ExamplesFolder.Find();
var example = PenguinExample.Build(folder);
example.Write(folder);
foreach (var line in example.Report) Console.WriteLine(line);
