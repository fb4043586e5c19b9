namespace Flex.Soak.Tests.Crashes;

public sealed class KillTests(JobFiles files) : IClassFixture<JobFiles>
{
    private const int Seed = 2154;

    public static TheoryData<string, int> FewKills => new() { { "train", 2 }, { "calibrate", 1 }, { "superres", 1 }, { "simulate", 2 } };

    public static TheoryData<string> Jobs => [.. Job.All.Select(job => job.Name)];

    [Theory]
    [MemberData(nameof(FewKills))]
    [Trait("Category", "Slow")]
    public void Killed_work_ends_with_the_same_bytes(string job, int kills) => Run(job).Try(kills, killsToAnEnd: 2);

    [Theory]
    [MemberData(nameof(Jobs))]
    [Trait("Category", "Soak")]
    public void Work_killed_25_times_ends_with_the_same_bytes(string job) => Run(job).Try(kills: 25, killsToAnEnd: 4);

    private KillRun Run(string job) => new(Job.All.Single(j => j.Name == job), files, new Random(Seed));
}
