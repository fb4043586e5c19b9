using System.Text.Json;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Backbones.UNet;
using Flex.Diffusion.Backbones.UVit;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Diffusion.Tests.Golden;

/// <summary>A folder of the independent implementation's weights, inputs and outputs.</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly JsonElement _case;
    private readonly StateFile _tensors;

    internal GoldenCase(string name)
    {
        var folder = Path.Combine(Root, name);
        _case = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
        _tensors = SafeTensors.Read(Path.Combine(folder, "tensors.safetensors"));
        Tasks = Text("task", "superres") == "multitask" ? [TaskKind.SuperRes, TaskKind.Forecast] : [TaskKind.SuperRes];
        Backbone = Architecture().Create();
        var weights = Path.Combine(folder, "weights.safetensors");
        Backbone.Load(SafeTensors.Read(weights).Tensors, weights);
        Backbone.Eval();
    }

    /// <summary>Where the cases are: the variable, or the folder beside the repository.</summary>
    internal static string Root
    {
        get
        {
            if (Environment.GetEnvironmentVariable("FLEX_GOLDEN") is { Length: > 0 } named)
            {
                return named;
            }

            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
            {
                folder = folder.Parent;
            }

            return Path.Combine(folder?.Parent?.FullName ?? ".", "shared", "golden");
        }
    }

    internal Backbone Backbone { get; }

    internal TaskKind[] Tasks { get; }

    internal Prediction Prediction => Enum.Parse<Prediction>(Text("prediction_type", "v"), ignoreCase: true);

    internal NoiseSchedule Schedule => new(_case.TryGetProperty("logsnr_shift", out var s) ? s.GetDouble() : 1);

    internal bool Contrastive => Flag("contrastive");

    internal bool Weighted => Flag("sigmoid_weight");

    internal IEnumerable<string> TensorNames => _tensors.Tensors.Keys;

    /// <summary>The names of all parameters in the order of the released training code.</summary>
    internal IEnumerable<string> ParameterOrder =>
        _case.TryGetProperty("parameter_order", out var order) ? order.EnumerateArray().Select(e => e.GetString()!) : [];

    /// <summary>The cases of one kind of task ("network" or the others).</summary>
    internal static TheoryData<string> Names(bool networkOnly)
    {
        var names = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Root, "case.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var json = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
            if (json.GetProperty("task").GetString() == "network" == networkOnly)
            {
                names.Add(Path.GetRelativePath(Root, Path.GetDirectoryName(file)!));
            }
        }

        return names;
    }

    internal static string Short(TaskKind task) => task == TaskKind.SuperRes ? "sr" : "fc";

    internal Tensor this[string name] => _tensors.Tensors[name].ToTensor();

    internal Tensor Condition(TaskKind task) => task == TaskKind.SuperRes ? this["lowres"] : this["snapshots"];

    /// <summary>What the residual is added to.</summary>
    internal Tensor Anchor(TaskKind task) => task == TaskKind.SuperRes ? this["lowres"] : this["snapshots"].Slice(1, -1);

    internal Tensor Target(TaskKind task) => task == TaskKind.SuperRes ? this["snapshots"].Slice(1, -1) : this["future"];

    public void Dispose() => Backbone.Dispose();

    private BackboneConfig Architecture()
    {
        BackboneConfig config = Text("backbone", "") switch
        {
            "flex" => new FlexConfig
            {
                ModelChannels = Numbers("model_channels"),
                ResBlocks = Numbers("res_blocks"),
                Depth = Number("depth", 0),
                Heads = Number("heads", 0),
                MlpRatio = Number("mlp_ratio", 2),
                WeakLevels = _case.TryGetProperty("weak_levels", out var w) ? w.GetInt32() : null,
            },
            "unet" => new UNetConfig
            {
                BaseWidth = Number("base_width", 0),
                ChannelMult = Numbers("channel_mult"),
                ResBlocks = Numbers("res_blocks"),
                AttentionResolutions = Numbers("attention_resolutions"),
            },
            "uvit" => new UVitConfig
            {
                PatchSize = Number("patch_size", 0),
                EmbedDim = Number("embed_dim", 0),
                Depth = Number("depth", 0),
                Heads = Number("heads", 0),
                MlpRatio = Number("mlp_ratio", 4),
            },
            var unknown => throw new InvalidDataException($"no backbone is called '{unknown}'"),
        };
        return config with
        {
            ImageSize = Number("image_size", 0),
            Channels = Number("channels", 1),
            CondSnapshots = Number("cond_snapshots", 1),
            Parameters = Number("parameters_length", 1),
            Tasks = Tasks,
        };
    }

    private string Text(string key, string fallback) => _case.TryGetProperty(key, out var v) ? v.GetString()! : fallback;

    private int Number(string key, int fallback) => _case.TryGetProperty(key, out var v) ? v.GetInt32() : fallback;

    private int[] Numbers(string key) => [.. _case.GetProperty(key).EnumerateArray().Select(e => e.GetInt32())];

    private bool Flag(string key) => _case.TryGetProperty(key, out var v) && v.GetBoolean();
}
