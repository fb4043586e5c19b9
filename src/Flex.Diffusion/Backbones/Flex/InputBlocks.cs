using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>The convolutional list of an encoder: the stem, then for each level its residual blocks and a down block.</summary>
internal static class InputBlocks
{
    /// <summary>Creates the list; the grid after it is the input's over 2^L.</summary>
    /// <param name="inChannels">The input's channels.</param>
    /// <param name="config">The architecture.</param>
    /// <returns>The stages, first to last.</returns>
    internal static ModuleList<Stage> Create(int inChannels, FlexConfig config)
    {
        var stages = new ModuleList<Stage>();
        var width = config.ModelChannels[0];
        stages.Add(new Stage(new Conv2d(inChannels, width, mode: config.Padding)));
        for (var level = 0; level < config.Levels; level++)
        {
            for (var i = 0; i < config.ResBlocks[level]; i++)
            {
                stages.Add(new Stage(new ResidualBlock(width, config.ModelChannels[level], config.Embedding, config)));
                width = config.ModelChannels[level];
            }

            stages.Add(new Stage(new ResidualBlock(width, width, config.Embedding, config, Resize.Down)));
        }

        return stages;
    }
}
