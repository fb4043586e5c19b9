using Flex.Torch.Distributed;

namespace Flex.Torch.Tests.Distributed;

public sealed class RankEnvironmentTests
{
    [Fact]
    public void Without_a_launcher_there_is_one_process()
    {
        Assert.Equal(1, Read().Size);
        Assert.Equal(1, Read("MASTER_ADDR=node1", "SLURM_JOB_ID=7", "SLURM_PROCID=0").Size); // a batch script, not a step
        Assert.Equal(1, Read("RANK=", "WORLD_SIZE=").Size);
    }

    [Fact]
    public void Torchrun_is_understood()
    {
        var environment = Read("RANK=5", "WORLD_SIZE=8", "LOCAL_RANK=1", "MASTER_ADDR=node3", "MASTER_PORT=1234");
        Assert.Equal((5, 8, 1, "node3", 1234), Values(environment));
        Assert.Equal(20, environment.Patience.TotalSeconds);
        Assert.Equal(1, Read("RANK=0", "WORLD_SIZE=1").Size);
    }

    [Fact]
    public void Mpirun_is_understood()
    {
        string[] own = ["OMPI_COMM_WORLD_RANK=3", "OMPI_COMM_WORLD_SIZE=4", "OMPI_COMM_WORLD_LOCAL_RANK=1"];
        Assert.Equal((3, 4, 1, "127.0.0.1", 29500), Values(Read([.. own, "OMPI_COMM_WORLD_LOCAL_SIZE=4"])));
        Assert.Equal((3, 4, 1, "n1", 29500), Values(Read([.. own, "OMPI_COMM_WORLD_LOCAL_SIZE=2", "MASTER_ADDR=n1"])));
        Assert.Contains("MASTER_ADDR", Fault([.. own, "OMPI_COMM_WORLD_LOCAL_SIZE=2"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1,n2", "n1")]
    [InlineData("gpu[07-09,12],cpu1", "gpu07")]
    [InlineData("gpu[3,5]-ib", "gpu3-ib")]
    public void Srun_is_understood(string nodes, string host) => Assert.Equal(
        (2, 4, 0, host, 20042),
        Values(Read("SLURM_PROCID=2", "SLURM_STEP_NUM_TASKS=4", "SLURM_LOCALID=0", $"SLURM_STEP_NODELIST={nodes}", "SLURM_JOB_ID=30042")));

    [Fact]
    public void Torchrun_comes_before_the_scheduler_that_started_it() =>
        Assert.Equal((1, 2, 0, "a", 5), Values(Read("RANK=1", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=5", "SLURM_STEP_NUM_TASKS=8", "SLURM_PROCID=7")));

    [Theory]
    [InlineData("WORLD_SIZE", "RANK=0")]
    [InlineData("RANK", "WORLD_SIZE=2")]
    [InlineData("MASTER_ADDR", "RANK=0", "WORLD_SIZE=2")]
    [InlineData("MASTER_PORT", "RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=a")]
    [InlineData("ranks are 0 to 1", "RANK=2", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=5")]
    [InlineData("'x'", "RANK=x", "WORLD_SIZE=2")]
    [InlineData("WORLD_SIZE", "RANK=0", "WORLD_SIZE=0")]
    [InlineData("LOCAL_RANK", "RANK=0", "WORLD_SIZE=2", "LOCAL_RANK=2", "MASTER_ADDR=a", "MASTER_PORT=5")]
    [InlineData("65535", "RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=70000")]
    [InlineData("SLURM_STEP_NODELIST", "SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=2")]
    [InlineData("SLURM_PROCID", "SLURM_STEP_NUM_TASKS=2")]
    [InlineData("FLEX_RANK_TIMEOUT", "FLEX_RANK_TIMEOUT=0")]
    public void What_is_missing_or_contradicts_itself_is_named(string word, params string[] variables) =>
        Assert.Contains(word, Fault(variables), StringComparison.Ordinal);

    private static RankEnvironment Read(params string[] variables) =>
        RankEnvironment.Read(variables.Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));

    private static string Fault(params string[] variables) => Assert.Throws<InputException>(() => Read(variables)).Message;

    private static (int Rank, int Size, int LocalRank, string Host, int Port) Values(RankEnvironment e) => (e.Rank, e.Size, e.LocalRank, e.Host, e.Port);
}
