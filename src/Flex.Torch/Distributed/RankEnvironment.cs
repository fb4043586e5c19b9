using System.Globalization;

namespace Flex.Torch.Distributed;

/// <summary>Which of several processes this one is, and where they meet, as a launcher tells it by environment variables.</summary>
/// <param name="Rank">The number of this process, 0 … <paramref name="Size"/> − 1.</param>
/// <param name="Size">K, the number of processes.</param>
/// <param name="LocalRank">The number of this process among those of its machine; it chooses the GPU.</param>
/// <param name="Host">The machine of rank 0.</param>
/// <param name="Port">The port at which rank 0 listens.</param>
public sealed record RankEnvironment(int Rank, int Size, int LocalRank, string Host, int Port)
{
    /// <summary>The port of torchrun, where nothing else is said.</summary>
    public const int DefaultPort = 29500;

    private const string Master = "MASTER_ADDR";

    /// <summary>One process alone.</summary>
    public static RankEnvironment Single { get; } = new(0, 1, 0, "127.0.0.1", DefaultPort);

    /// <summary>How long a rank waits for the others: in a step, before the run counts as hung.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the first meeting may take.</summary>
    public TimeSpan MeetingTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The network interface that Gloo uses, as PyTorch has it; empty for the one of this machine's name.</summary>
    public string Interface { get; init; } = "";

    /// <summary>
    /// Reads RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT (torchrun, <c>flex launch</c>); else OMPI_COMM_WORLD_* (mpirun); else
    /// SLURM_* of a job step (srun).
    /// </summary>
    /// <param name="variables">The environment.</param>
    /// <returns>The rank; <see cref="Single"/> where no launcher is seen.</returns>
    /// <exception cref="InputException">Settings are missing, are no numbers or contradict each other.</exception>
    public static RankEnvironment Read(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var given = new RankVariables(variables);
        var found = given.Has("RANK") || given.Has("WORLD_SIZE") ? OfTorchrun(given)
            : given.Has("OMPI_COMM_WORLD_SIZE") ? OfOpenMpi(given)
            : given.Has("SLURM_STEP_NUM_TASKS") ? OfSlurm(given)
            : Single;
        return found with
        {
            Patience = TimeSpan.FromSeconds(given.Number("FLEX_RANK_TIMEOUT", 1, 86400, 20)),
            MeetingTime = TimeSpan.FromSeconds(given.Number("FLEX_MEETING_TIMEOUT", 1, 86400, 300)),
            Interface = given.Text("GLOO_SOCKET_IFNAME") ?? "",
        };
    }

    private static RankEnvironment OfTorchrun(RankVariables given) => Of(
        given, "WORLD_SIZE", "RANK", "LOCAL_RANK",
        size => size == 1 ? given.Text(Master) ?? Single.Host : given.Required(Master, "the machine of rank 0"),
        size => size == 1 ? given.Port(DefaultPort) : given.Port());

    private static RankEnvironment OfOpenMpi(RankVariables given) => Of(
        given, "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK",
        size => given.Text(Master) ?? (given.Number("OMPI_COMM_WORLD_LOCAL_SIZE", 1, size, 1) == size
            ? Single.Host
            : given.Required(Master, "the machine of rank 0, as in mpirun -x MASTER_ADDR=node1")),
        _ => given.Port(DefaultPort));

    private static RankEnvironment OfSlurm(RankVariables given) => Of(
        given, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_LOCALID",
        size => given.Text(Master) ?? (size == 1 ? Single.Host : FirstHost(given.Required("SLURM_STEP_NODELIST", "the machines of the job step"))),

        // Jobs that share a machine do not share a port.
        _ => given.Port(20000 + (given.Number("SLURM_JOB_ID", 0, int.MaxValue, 0) % 10000)));

    // All launchers say the same under different names; where the ranks meet they say in ways of their own.
    private static RankEnvironment Of(
        RankVariables given, string sizeName, string rankName, string localRankName, Func<int, string> host, Func<int, int> port)
    {
        var size = given.Size(sizeName);
        var rank = given.Rank(rankName, sizeName, size);
        return new RankEnvironment(rank, size, given.Number(localRankName, 0, size - 1, 0), host(size), port(size));
    }

    // "gpu[07-09,12],cpu1" begins with gpu07.
    private static string FirstHost(string nodes)
    {
        var end = nodes.IndexOfAny([',', '[']);
        if (end < 0 || nodes[end] == ',')
        {
            return end < 0 ? nodes : nodes[..end];
        }

        var number = nodes[(end + 1)..].Split('-', ',', ']')[0];
        var after = nodes.IndexOf(']', end);
        return nodes[..end] + number + (after < 0 ? "" : nodes[(after + 1)..].Split(',')[0]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rank {Rank} of {Size}");
}
