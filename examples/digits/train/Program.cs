using Digits.Train;
using Fairlead.Training.Files;

var folder = ExamplesFolder.Find();
var example = DigitExample.Build(folder, progress => Console.Error.WriteLine(progress));
example.Write(folder);
foreach (var line in example.Report) Console.WriteLine(line);
