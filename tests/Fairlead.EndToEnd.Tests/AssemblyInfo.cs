// Each test starts several processes and puts them under load: two at once would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
